"""The sample agency's stories, read from config/demo.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.procedure.people import Person, Roster

NO_STORY = -1


@dataclass(frozen=True)
class Line:
    """One letter: who writes what, when; `new` is the subject of a new matter.

    `about_next` speaks of the request that followed the story's failed one. `ends` is the
    letter's outcome where it is not `done`. A visitor's letter has no `who`; its text is raw.
    A line with `cells` is no letter but a row typed into the register, by column.
    """

    story: int
    at: datetime
    who: Person | None
    text: str
    new: str = ""
    about_next: bool = False
    files: tuple[str, ...] = ()
    ends: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


def titles(path: Path) -> list[str]:
    """List the stories' titles in order."""
    return [story["title"] for story in _script(path)["story"]]


def lines(path: Path, roster: Roster, zone: ZoneInfo) -> list[Line]:
    """Give the letters of all stories in the order of their time.

    Raises LookupError when a line's `who` is no account of the roster.
    """
    script = _script(path)
    found = [
        _line(number, line, roster, zone)
        for number, story in enumerate(script["story"])
        for line in story["lines"]
    ]
    found += [_visitor(visitor, zone) for visitor in script["visitor"]]
    found += [
        replace(_line(NO_STORY, {**row, "text": ""}, roster, zone), cells=row["cells"])
        for row in script["row"]
    ]
    return sorted(found, key=lambda line: line.at)


def _script(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _visitor(visitor: dict[str, Any], zone: ZoneInfo) -> Line:
    at = datetime.fromisoformat(visitor["at"]).replace(tzinfo=zone)
    return Line(NO_STORY, at, None, visitor["raw"].lstrip())


def _line(number: int, line: dict[str, Any], roster: Roster, zone: ZoneInfo) -> Line:
    account = f"{line['who']}@"
    person = next((p for p in roster.people if p.email.startswith(account)), None)
    if person is None:
        raise LookupError(f"story {number + 1}: nobody has the account {line['who']}")
    return Line(
        story=number,
        at=datetime.fromisoformat(str(line["at"])).replace(tzinfo=zone),
        who=person,
        text=str(line["text"]).strip(),
        new=str(line.get("new", "")),
        about_next=line.get("about") == "next",
        files=tuple(line.get("files", ())),
        ends=str(line.get("ends", "")),
    )
