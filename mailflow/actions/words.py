"""Values of fields, people and days as mails show them: in the same words as the form."""

from collections.abc import Mapping

from mailflow.actions.context import Row
from mailflow.forms.words import day, moment, value_text
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Json

__all__ = ["day", "moment", "rows", "title", "value_text"]

TITLE_LENGTH = 60


def title(content: str) -> str:
    """Cut a content's first line to a short one, at a word, for subjects and lists."""
    line = " ".join(content.strip().partition("\n")[0].split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def rows(fields: Mapping[str, Json], roster: Roster) -> list[Row]:
    """List the named fields of an act with their labels, in the order of the form."""
    return [
        Row(label=field.label, value=value_text(name, fields[name], roster))
        for name, field in FIELDS.items()
        if fields.get(name) not in (None, "", [])
    ]
