"""Console of the library: read a workbook, patch it, compare two."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path

from workbook_sync.diff import diff
from workbook_sync.errors import Refusal
from workbook_sync.foreign import read_any
from workbook_sync.formats import Format, format_of
from workbook_sync.parts import properties
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import Cell, Sheet, read
from workbook_sync.told import told

REFUSED, WRONG_USAGE = 3, 2
PARTS = {
    "recalculated": "{} ô công thức sẽ được tính lại",
    "changed": "phần của tệp đã đổi: {}",
    "added": "phần của tệp thêm vào: {}",
    "removed": "phần của tệp bị mất: {}",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 a difference or a fault, 2 wrong usage, 3 refused."""
    options = _parser().parse_args(arguments)
    commands = {"read": _read, "patch": _patch, "diff": _diff}
    try:
        return commands[options.command](options)
    except Refusal as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workbook_sync", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("read", help="show cells, tables and problems")
    reading.add_argument("file", type=Path)
    reading.add_argument("--sheet", help="only this sheet")
    reading.add_argument("--json", action="store_true", help="as JSON, with every cell")
    patching = commands.add_parser("patch", help="change cells and add rows, nothing else")
    patching.add_argument("file", type=Path)
    patching.add_argument("out", type=Path)
    patching.add_argument(
        "--set", action="append", default=[], type=_setting, help="Sheet!B3=text", metavar="CELL"
    )
    patching.add_argument(
        "--append",
        action="append",
        default=[],
        type=_append,
        help='Sheet:{"Header": "value"}',
        metavar="ROW",
    )
    comparing = commands.add_parser("diff", help="what differs: cells and parts")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    return parser


def _setting(text: str) -> tuple[tuple[str, str], str | None]:
    place, equals, value = text.partition("=")
    sheet, mark, cell = place.rpartition("!")
    if not (equals and mark and cell):
        raise argparse.ArgumentTypeError("expected Sheet!B3=text")
    return (sheet.strip("'"), cell), value or None


def _append(text: str) -> Append:
    sheet, _, row = text.partition(":")
    try:
        values = json.loads(row)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected Sheet:{{...}} with JSON: {error}") from error
    if not isinstance(values, dict) or any(isinstance(v, dict | list) for v in values.values()):
        raise argparse.ArgumentTypeError('expected Sheet:{"Header": "value"}')
    return Append(sheet, (values,))


def _read(options: argparse.Namespace) -> int:
    data = options.file.read_bytes()
    workbook = read_any(data)
    sheets = [workbook.sheet(options.sheet)] if options.sheet else list(workbook.sheets)
    if options.json:
        shown = {
            "properties": properties(data) if format_of(data) is Format.XLSX else {},
            "sheets": [_sheet(sheet) for sheet in sheets],
            "problems": [asdict(problem) for problem in workbook.problems],
        }
        print(json.dumps(shown, ensure_ascii=False, indent=1, default=_plain))
        return 0
    for sheet in sheets:
        cells = sum(len(row.cells) for row in sheet.rows)
        tables = "".join(f", {table.name} {table.ref}" for table in sheet.tables)
        print(f"{sheet.name} ({sheet.state}): {len(sheet.rows)} rows, {cells} cells{tables}")
    for problem in workbook.problems:
        print(f"! {problem.sheet} {problem.cell} {problem.reason.value} {problem.detail}")
    return 0


def _sheet(sheet: Sheet) -> dict[str, object]:
    return {
        "name": sheet.name,
        "state": sheet.state,
        "tables": [{"name": t.name, "ref": str(t.ref), "headers": t.headers} for t in sheet.tables],
        "merges": [str(area) for area in sheet.merges],
        "hidden_columns": sorted(sheet.hidden_columns),
        "hidden_rows": [row.number for row in sheet.rows if row.hidden],
        "cells": {cell.name: _cell(cell) for row in sheet.rows for cell in row.cells},
    }


def _cell(cell: Cell) -> dict[str, object]:
    shown: dict[str, object] = {"kind": cell.kind, "value": cell.value, "style": cell.style}
    return shown if cell.formula is None else shown | {"formula": cell.formula}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _patch(options: argparse.Namespace) -> int:
    data = patch(options.file, Plan(sets=dict(options.set), appends=tuple(options.append)))
    options.out.write_bytes(data)
    return 0


def _diff(options: argparse.Namespace) -> int:
    """Say what differs for the people who keep the workbook, then which parts of the file do."""
    before, after = options.before.read_bytes(), options.after.read_bytes()
    found = diff(before, after)
    for line in told(read(before), read(after)):
        print(line)
    if found.recalculated:
        print(PARTS["recalculated"].format(len(found.recalculated)))
    parts = {
        "changed": found.parts_changed,
        "added": found.parts_added,
        "removed": found.parts_removed,
    }
    for word, names in parts.items():
        if names:
            print(PARTS[word].format(", ".join(names)))
    return 1 if found.cells or any(parts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
