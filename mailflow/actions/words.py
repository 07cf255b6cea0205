"""Values of fields, people and days as people read them."""

from collections.abc import Mapping
from datetime import date, datetime

from mailflow.actions.context import Row
from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Json

TITLE_LENGTH = 60


def day(value: date | None) -> str:
    """Write a day as dd/mm/yyyy, empty for none."""
    return value.strftime("%d/%m/%Y") if value else ""


def moment(value: datetime) -> str:
    """Write a local moment as dd/mm/yyyy HH:MM."""
    return value.strftime("%d/%m/%Y %H:%M")


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


def value_text(name: str, value: Json, roster: Roster) -> str:
    """Write one field's value in words. `name` is a key of FIELDS."""
    kind = FIELDS[name].type
    if kind is Type.DATE:
        return day(date.fromisoformat(value))
    if kind is Type.PERSON:
        return roster.name_of(value)
    if kind is Type.PARTIES:
        return ", ".join(map(roster.name_of, value))
    if kind in (Type.CHOICE, Type.CHOICES):
        return _options(name, value if isinstance(value, list | tuple) else [value])
    if kind is Type.WORK:
        return "\n".join(_work(n, item, roster) for n, item in enumerate(value, start=1))
    if kind is Type.FILES:
        return ", ".join(item["name"] for item in value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value}%" if name == "percent" else str(value)


def _options(name: str, values: Json) -> str:
    known = labels.option_labels(name)
    return "; ".join(known.get(value, value) for value in values)


def _work(number: int, item: Json, roster: Roster) -> str:
    parts = [
        ", ".join(map(roster.name_of, item.get("who") or ())),
        f"phối hợp: {item['with']}" if item.get("with") else "",
        f"hạn {day(date.fromisoformat(item['by']))}" if item.get("by") else "",
        f"đầu ra: {item['output']}" if item.get("output") else "",
    ]
    return "; ".join([f"{number}. {item['what']}", *filter(None, parts)])
