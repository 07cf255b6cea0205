"""A whole round of one register against a record in SQLite, as the service goes about it.

The record holds each row as JSON, and so does the base; what an agency makes of an edit is not
measured here. Twenty cells were typed since, and twenty others changed in the record.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.bigbook import HEADERS, SHEET, TABLE
from workbook_sync.address import cell_name
from workbook_sync.files import Intent, take_copy, write_back
from workbook_sync.locate import Row, locate
from workbook_sync.merge import Entry, Fields, Merged, Owner, merge
from workbook_sync.parts import properties
from workbook_sync.patch import Plan, patch
from workbook_sync.places import Local
from workbook_sync.read import read
from workbook_sync.values import Kind, Value, canon

KEY, KEEPERS = "Mã", "Ghi chú"
OWNERS = {h: Owner.KEEPER if h == KEEPERS else Owner.PROCEDURE for h in HEADERS if h != KEY}
CHANGES = 20
Places = Mapping[str, tuple[str, int]]
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def prepare(file: Path) -> None:
    """Fill a record that agrees with the file; then both sides change twenty cells."""
    entries, places = _entries(file.read_bytes())
    home = _home(file)
    home.executescript(
        "CREATE TABLE record (code TEXT PRIMARY KEY, cells TEXT); "
        "CREATE TABLE base (code TEXT PRIMARY KEY, cells TEXT, generation INTEGER); "
        "CREATE TABLE register (generation INTEGER, sha256 TEXT, intent TEXT); "
        "INSERT INTO register VALUES (1, '', NULL)"
    )
    rows = [(entry.key, _to_json(entry.values)) for entry in entries]
    home.executemany("INSERT INTO record VALUES (?, ?)", rows)
    home.executemany("INSERT INTO base VALUES (?, ?, 1)", rows)
    for entry in entries[1 :: len(entries) // CHANGES][:CHANGES]:
        cells = json.dumps({**json.loads(_to_json(entry.values)), "Trạng thái": "Đã duyệt"})
        home.execute("UPDATE record SET cells = ? WHERE code = ?", (cells, entry.key))
    home.commit()
    typed = entries[7 :: len(entries) // CHANGES][:CHANGES]
    sets = {_place(places, entry.row, "Biện pháp"): "thay máy mới" for entry in typed}
    file.write_bytes(patch(file, Plan(sets)))


def sync(file: Path) -> None:
    """Read, merge, carry out what was typed, write what the record says, move the base on.

    Raises SystemExit when not exactly the twenty changes of each side went over.
    """
    home = _home(file)
    place = Local(file)
    copy = take_copy(place, rest=timedelta())
    entries, places = _entries(copy.data)
    base, ours = _rows(home, "base"), _rows(home, "record")
    merged = merge(base, entries, ours, OWNERS)
    _carried_out(home, merged, ours)
    sets = {_place(places, push.row, push.field): push.new for push in merged.pushes}
    ((generation,),) = home.execute("SELECT generation FROM register")
    plan = Plan(sets, properties={"register_id": "so", "generation": generation + 1})

    def before_write(intent: Intent) -> None:
        home.execute("UPDATE register SET intent = ?", (intent.after,))
        home.commit()

    written = write_back(place, plan, before_write, NOW, copy.sha256)
    _moved(home, merged, ours, generation + 1, written.after)
    if (len(merged.edits), len(merged.pushes), len(written.refusals)) != (CHANGES, CHANGES, 0):
        raise SystemExit(f"{len(merged.edits)} typed, {len(merged.pushes)} written")


def _home(file: Path) -> sqlite3.Connection:
    home = sqlite3.connect(file.with_suffix(".sqlite"))
    home.execute("PRAGMA journal_mode=WAL")
    home.execute("PRAGMA synchronous=FULL")
    return home


def _entries(data: bytes) -> tuple[list[Entry], Places]:
    """The rows, and where to write; the cells themselves are let go."""
    grid = locate(read(data), HEADERS, TABLE, SHEET)
    properties(data)
    entries = [Entry(row.index, row.text(KEY), _values(row)) for row in grid.rows]
    return entries, {header: (grid.sheet, column) for header, column in grid.columns.items()}


def _values(row: Row) -> Fields:
    return {
        header: canon(cell.value)
        for header, cell in row.cells.items()
        if header != KEY and cell.kind is not Kind.ERROR
    }


def _place(places: Places, row: int, header: str) -> tuple[str, str]:
    sheet, column = places[header]
    return sheet, cell_name(row, column)


def _rows(home: sqlite3.Connection, table: str) -> dict[str, Fields]:
    found = home.execute(f"SELECT code, cells FROM {table}")  # noqa: S608 - one of our two tables
    return {code: _from_json(cells) for code, cells in found}


def _carried_out(home: sqlite3.Connection, merged: Merged, ours: dict[str, Fields]) -> None:
    """Take what was typed into the record, in one transaction."""
    for edit in merged.edits:
        ours[edit.key] = {**ours[edit.key], edit.field: edit.new}
        cells = (_to_json(ours[edit.key]), edit.key)
        home.execute("UPDATE record SET cells = ? WHERE code = ?", cells)
    home.commit()


def _moved(
    home: sqlite3.Connection, merged: Merged, ours: dict[str, Fields], generation: int, digest: str
) -> None:
    """Move the base on by the rows that changed."""
    for key in _touched(merged):
        row = (_to_json(ours[key]), generation, key)
        home.execute("UPDATE base SET cells = ?, generation = ? WHERE code = ?", row)
    home.execute("UPDATE register SET generation = ?, sha256 = ?", (generation, digest))
    home.commit()


def _touched(merged: Merged) -> Iterator[str]:
    yield from {edit.key for edit in merged.edits} | {push.key for push in merged.pushes}


def _to_json(row: Fields) -> str:
    return json.dumps(
        {h: {"d": v.isoformat()} if isinstance(v, date) else v for h, v in row.items()}
    )


def _from_json(text: str) -> Fields:
    row: dict[str, Value] = json.loads(text, object_hook=_day)
    return row


def _day(found: dict[str, Value]) -> object:
    return date.fromisoformat(str(found["d"])) if found.keys() == {"d"} else found
