"""Two workbooks and one record, round after round, killed anywhere: the merge at work, as a model.

The service's own rounds, over real files and a real record, are told stories about in
tests/registers/test_two_editors.py; here the same rules are a page long, so that ten thousand
histories take minutes: MAILFLOW_HISTORIES=10000.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workbook_sync.merge import Entry, Merged, Owner, merge
from workbook_sync.values import Value, same

HISTORIES = int(os.environ.get("MAILFLOW_HISTORIES", "250"))
OWNERS = {
    "Biện pháp": Owner.PROCEDURE,
    "Hạn": Owner.PROCEDURE,
    "Trạng thái": Owner.SYSTEM,
    "Ghi chú": Owner.KEEPER,
}
OF_RECORD = [name for name, owner in OWNERS.items() if owner is not Owner.KEEPER]
COPY_OWNERS = {n: Owner.PROCEDURE if o is Owner.KEEPER else o for n, o in OWNERS.items()}
MARK = re.compile(r"#\d+#")
FUEL = 1_000
Cells = dict[str, Value]
Rows = list[tuple[str, Cells]]


class KilledError(Exception):
    """The process died."""


@dataclass
class Book:
    """A file: its rows, the generation written in it; what its editor typed and still wants."""

    rows: Rows = field(default_factory=list)
    generation: int = 0
    typed: set[str] = field(default_factory=set)

    def entries(self) -> list[Entry]:
        """Read it."""
        return [Entry(n, key, dict(cells)) for n, (key, cells) in enumerate(self.rows, start=2)]

    def types(self, place: int, name: str, value: Value) -> None:
        """Type into a cell; what stood there goes by the editor's own hand."""
        if self.rows:
            cells = self.rows[place % len(self.rows)][1]
            self.typed -= marks(cells.get(name))
            self.typed |= marks(value)
            cells[name] = value


def marks(value: Value) -> set[str]:
    """Find the words only one hand ever typed."""
    return set(MARK.findall(str(value)))


@dataclass
class World:
    """The record with its history, two books with the bases agreed on, copies, what was told."""

    record: dict[str, Cells] = field(default_factory=dict)
    history: list[Value] = field(default_factory=list)
    books: list[Book] = field(default_factory=lambda: [Book(), Book()])
    bases: list[list[dict[str, Cells]]] = field(default_factory=lambda: [[{}], [{}]])
    copies: dict[int, Book] = field(default_factory=dict)
    older: dict[int, tuple[Rows, int]] = field(default_factory=dict)
    opened: dict[tuple[Any, ...], str] = field(default_factory=dict)
    gone: set[tuple[int, str]] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    count: int = 0
    fuel: int = FUEL

    def mark(self) -> str:
        """Give new words."""
        self.count += 1
        return f"#{self.count}#"

    def spend(self) -> None:
        """Go one step on, or die."""
        self.fuel -= 1
        if self.fuel < 0:
            raise KilledError

    # --- the record

    def writes(self, key: str, name: str, value: Value) -> None:
        """Change a request; its standing moves with it."""
        self.record[key] = {**self.record[key], name: value, "Trạng thái": self.mark()}
        self.history.append(value)

    def opens(self, cells: Mapping[str, Value]) -> str:
        """Open a request."""
        key = f"P-{len(self.record)}"
        own = {name: cells.get(name) for name in OF_RECORD}
        self.record[key] = {**own, "Trạng thái": self.mark()}
        self.history += own.values()
        return key

    def ours(self, number: int) -> dict[str, Cells]:
        """Show the record as a book is to have it, with the notes that are the book's own."""
        newest = self.bases[number][-1]
        return {
            key: {**cells, "Ghi chú": newest.get(key, {}).get("Ghi chú")}
            for key, cells in self.record.items()
        }

    def base(self, number: int, generation: int) -> dict[str, Cells]:
        """Give what was agreed on in a generation."""
        bases = self.bases[number]
        found = bases[min(generation, len(bases) - 1)]
        return {k: row for k, row in found.items() if row and (number, k) not in self.gone}

    # --- a round

    def round(self, number: int, fuel: int = FUEL) -> None:
        """Bring a book and the record into step, dying when the fuel is used up."""
        self.fuel = fuel
        with suppress(KilledError):
            self._round(number, self.books[number])

    def _round(self, number: int, book: Book) -> None:
        base = self.base(number, book.generation)
        found = merge(base, book.entries(), self.ours(number), OWNERS)
        if found.stopped:  # the keeper is asked, and says that it was meant
            self.told |= set(found.missing)
            self.gone |= {(number, key) for key in found.missing}
            return
        self._tells(found)
        self._does(found)
        opened = self._opens(number, book.generation, found)
        agreed, rows = self._wanted(number, book, found, opened)
        self.spend()
        if rows != book.rows or found.clashes:
            book.rows, book.generation = rows, len(self.bases[number])
            self.spend()
            self.bases[number].append(agreed)
        else:
            self.bases[number][-1] = agreed

    def _tells(self, found: Merged) -> None:
        for clash in found.clashes:
            self.told |= marks(clash.theirs) | marks(clash.ours)
        self.told |= {*found.missing, *(one.typed for one in found.restored_keys)}

    def _does(self, found: Merged) -> None:
        for edit in found.edits:
            if OWNERS[edit.field] is Owner.PROCEDURE:
                self.writes(edit.key, edit.field, edit.new)
                self.spend()

    def _opens(self, number: int, generation: int, found: Merged) -> dict[int, str]:
        seen: dict[str, int] = {}
        opened = {}
        for entry in found.new_rows:
            said = str(sorted(entry.values.items(), key=str))
            seen[said] = seen.get(said, 0) + 1
            via = (number, generation, said, seen[said])
            if via not in self.opened:
                self.opened[via] = self.opens(entry.values)
                self.spend()
            self.told |= marks(entry.values.get("Trạng thái"))
            opened[entry.row] = self.opened[via]
        return opened

    def _wanted(
        self, number: int, book: Book, found: Merged, opened: dict[int, str]
    ) -> tuple[dict[str, Cells], Rows]:
        ours, agreed, rows = self.ours(number), {}, []
        base = self.base(number, book.generation)
        copies = {one.entry.row for one in found.duplicates}
        restored = {one.row: one.key for one in found.restored_keys}
        for entry in book.entries():
            key = restored.get(entry.row) or opened.get(entry.row) or entry.key
            if entry.row in copies or key not in ours:
                rows.append((entry.key, dict(entry.values)))
                continue
            cells = dict(ours[key])
            if not same(entry.values["Ghi chú"], base.get(key, {}).get("Ghi chú")):
                cells["Ghi chú"] = entry.values["Ghi chú"]
            rows.append((key, cells))
            agreed[key] = dict(cells)
        bases = self.bases[number]
        of_file = bases[min(book.generation, len(bases) - 1)]
        known = of_file.keys() | agreed.keys()
        added = {key: dict(ours[key]) for key in ours if key not in known}
        agreed |= {key: {} for key in known if key not in agreed} | added
        return agreed, [*rows, *((key, dict(cells)) for key, cells in added.items())]

    def reads_copy(self, number: int) -> None:
        """Take up the copy of a book, once."""
        copy = self.copies.pop(number, None)
        if copy is None:
            return
        there = {key for key, _ in copy.rows}
        base = {k: r for k, r in self.base(number, copy.generation).items() if k in there}
        found = merge(base, copy.entries(), self.ours(number), COPY_OWNERS)
        self._tells(found)
        for edit in found.edits:
            if OWNERS[edit.field] is Owner.KEEPER:
                self.told |= marks(edit.new)  # a note goes into the book, or is told: told here
            else:
                self.writes(edit.key, edit.field, edit.new)
        for entry in (*found.new_rows, *found.unknown, *(d.entry for d in found.duplicates)):
            self.told |= {mark for value in entry.values.values() for mark in marks(value)}
        self.books[number].typed |= copy.typed

    # --- what must hold

    def is_well(self) -> None:
        """Nothing typed is lost; both sides are equal; one more round changes nothing."""
        for number in (0, 1, 0, 1, 0, 1, 0, 1):
            self.round(number)
        before = (repr(self.record), [repr(book.rows) for book in self.books], set(self.told))
        for number in (0, 1):
            self.round(number)
        assert before == (
            repr(self.record),
            [repr(book.rows) for book in self.books],
            set(self.told),
        )
        cells = [str(v) for book in self.books for _, row in book.rows for v in row.values()]
        there = " ".join([*cells, *map(str, self.history), *self.told])
        for book in self.books:
            assert not {mark for mark in book.typed if mark not in there}
            self._is_equal(book)

    def _is_equal(self, book: Book) -> None:
        for key, cells in self.record.items():
            rows = [row for name, row in book.rows if name == key]
            alike = [all(same(row[n], cells[n]) for n in OF_RECORD) for row in rows]
            assert any(alike) if rows else key in self.told


places, numbers = st.integers(0, 6), st.integers(0, 1)
names = st.sampled_from(list(OWNERS))
MOVES = st.one_of(
    st.tuples(st.just("type"), numbers, places, names),
    st.tuples(st.just("clear"), numbers, places, names),
    st.tuples(st.just("add"), numbers),
    st.tuples(st.just("delete"), numbers, places),
    st.tuples(st.just("copy_row"), numbers, places, st.booleans()),
    st.tuples(st.just("spoil"), numbers, places, st.sampled_from(["", "P-x", "P-1"])),
    st.tuples(st.just("sort"), numbers),
    st.tuples(st.just("letter"), places, st.sampled_from(["Biện pháp", "Hạn"])),
    st.tuples(st.just("fork"), numbers),
    st.tuples(st.just("type_in_copy"), numbers, places, names),
    st.tuples(st.just("read_copy"), numbers),
    st.tuples(st.just("keep_older"), numbers),
    st.tuples(st.just("put_back"), numbers),
    st.tuples(st.just("round"), numbers, st.just(FUEL)),
    st.tuples(st.just("round"), numbers, st.integers(0, 6)),
)


def move(world: World, name: str, *rest: Any) -> None:
    """Do one move."""
    number = rest[0] if rest and name != "letter" else 0
    book = world.books[number % 2]
    if name in ("type", "clear"):
        book.types(rest[1], rest[2], world.mark() if name == "type" else None)
    elif name == "add":
        book.rows.append(("", dict.fromkeys(OWNERS)))
        book.types(len(book.rows) - 1, "Biện pháp", world.mark())
    elif name == "letter" and world.record:
        keys = sorted(world.record)
        world.writes(keys[rest[0] % len(keys)], rest[1], world.mark())
    elif name == "round":
        world.round(*rest)
    elif name in ("fork", "type_in_copy", "read_copy"):
        _copies(world, name, *rest)
    elif name in ("keep_older", "put_back"):
        _older(world, name, number)
    elif book.rows and name != "letter":
        _rows(book, world, name, *rest[1:])


def _rows(book: Book, world: World, name: str, *rest: Any) -> None:
    place = rest[0] % len(book.rows) if rest else 0
    key, cells = book.rows[place]
    if name == "delete":
        for value in cells.values():
            book.typed -= marks(value)
        del book.rows[place]
    elif name == "copy_row":
        book.rows.append((key, dict(cells)))
        if rest[1]:
            book.types(len(book.rows) - 1, "Hạn", world.mark())
    elif name == "spoil":
        book.rows[place] = (rest[1], cells)
    elif name == "sort":
        book.rows.reverse()


def _copies(world: World, name: str, number: int, *rest: Any) -> None:
    book = world.books[number]
    if name == "fork":
        world.reads_copy(number)
        rows = [(key, dict(cells)) for key, cells in book.rows]
        world.copies[number] = Book(rows, book.generation)
    elif name == "read_copy":
        world.reads_copy(number)
    elif number in world.copies:
        place, column = rest
        world.copies[number].types(place, column, world.mark())


def _older(world: World, name: str, number: int) -> None:
    book = world.books[number]
    if name == "keep_older":
        world.older[number] = [(key, dict(cells)) for key, cells in book.rows], book.generation
    elif number in world.older:
        book.rows, book.generation = world.older.pop(number)
        values = [value for _, cells in book.rows for value in cells.values()]
        book.typed &= {mark for value in values for mark in marks(value)}


def begun() -> World:
    """Three requests, typed into the first book and shown by both."""
    world = World()
    for _ in range(3):
        move(world, "add", 0)
    for number in (0, 1, 0, 1):
        world.round(number)
    return world


@given(st.lists(MOVES, min_size=1, max_size=14))
@settings(max_examples=HISTORIES)
def test_whatever_happens_nothing_is_lost_and_the_sides_agree(moves: list[tuple[Any, ...]]) -> None:
    """Edits, sorts, copies, deletions, older files put back, death at every step."""
    world = begun()
    for one in moves:
        move(world, *one)
    world.reads_copy(0)
    world.reads_copy(1)
    world.is_well()
