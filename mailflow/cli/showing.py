"""What the readers print: JSON for programs, a table for people."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mailflow.clock import from_text
from mailflow.forms import words

WIDE = 200
"""Characters of a line in a file or a pipe, which has no width of its own."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def say_json(value: object) -> None:
    """Print a value as JSON, Vietnamese letters as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say_rows(rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str]) -> None:
    """Print rows as a table; `headings` names the columns shown, in order."""
    table = Table(show_lines=False)
    for heading in headings.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in headings))
    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


def say_tree(values: Mapping[str, Any]) -> None:
    """Print nested values as a table of two columns: each name, indented below its parent's."""
    table = Table(show_header=False, show_lines=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for name, value in _branches(values, 0):
        table.add_row(escape(name), escape(value))
    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


def _branches(values: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        indented = f"{'  ' * depth}{name}"
        nested = isinstance(value, list) and any(isinstance(item, dict) for item in value)
        parts = value if nested else [value]
        for number, part in enumerate(parts, 1):
            label = f"{indented} {number}" if nested else indented
            if isinstance(part, dict):
                yield label, ""
                yield from _branches(part, depth + 1)
            else:
                yield label, _cell(part)


def when(text: str | None, zone: tzinfo | None) -> str:
    """Write a day or a moment of the JSON as people here read it, the moment in local time."""
    if text is None:
        return ""
    if len(text) == len("2026-01-31"):
        return words.day(text)
    return words.moment(from_text(text), zone)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
