"""The sample agency's stories, read from config/demo.toml and config/demo_year.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.procedure.people import Person, Roster

NO_STORY = -1
SCRIPTS = ("demo.toml", "demo_year.toml")
"""Requests as they come, then what a year brings by itself."""


@dataclass(frozen=True)
class Matter:
    """What the program opens by itself: a year's "review", or "objectives" of a unit.

    `unit` is "" for the agency's own objectives, and for reviews.
    """

    kind: str
    year: int
    unit: str = ""


@dataclass(frozen=True)
class Line:
    """One letter: who writes what, when; `new` is the subject of a new matter.

    `about` is "next" for the request that followed the story's failed one, "opened" for the one
    that came of the story's `matter`. `to` are words in the subject of the mail answered. `ends` is
    the letter's outcome where it is not `done`. A visitor's letter has no `who`; its text is raw.
    A line with `cells` is no letter but a row typed into the register, by column.
    """

    story: int
    at: datetime
    who: Person | None
    text: str
    new: str = ""
    about: str = ""
    to: str = ""
    matter: Matter | None = None
    files: tuple[str, ...] = ()
    ends: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


def titles(folder: Path) -> list[str]:
    """List the stories' titles in order; `folder` holds the scripts."""
    return [story["title"] for story in _script(folder)["story"]]


def lines(folder: Path, roster: Roster, zone: ZoneInfo) -> list[Line]:
    """Give the letters of all stories in the order of their time.

    Raises LookupError when a line's `who` is no account of the roster.
    """
    script = _script(folder)
    found = [
        _line(number, {**line, "matter": story.get("about")}, roster, zone)
        for number, story in enumerate(script["story"])
        for line in story["lines"]
    ]
    found += [_visitor(visitor, zone) for visitor in script["visitor"]]
    found += [
        replace(_line(NO_STORY, {**row, "text": ""}, roster, zone), cells=row["cells"])
        for row in script["row"]
    ]
    return sorted(found, key=lambda line: line.at)


def _script(folder: Path) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in SCRIPTS:
        for kind, parts in tomllib.loads((folder / name).read_text(encoding="utf-8")).items():
            found.setdefault(kind, []).extend(parts)
    return found


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
        about=str(line.get("about", "")),
        to=str(line.get("to", "")),
        matter=Matter(**line["matter"]) if line.get("matter") else None,
        files=tuple(line.get("files", ())),
        ends=str(line.get("ends", "")),
    )
