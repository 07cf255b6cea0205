"""The three-way merge of a register's rows: pure, per cell, by key.

`base` is what both sides last agreed on, `theirs` the workbook as read, `ours` the record as
projected. Nothing is lost silently: every change of theirs is an edit, a new row, a clash, a
duplicate, a missing row or an unknown key of the result. Applying `edits` to ours and `pushes`,
`restored_keys` and `appends` to theirs makes both sides equal; merging again gives nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from workbook_sync.values import Value, canon, same

Fields = Mapping[str, Value]
_K = TypeVar("_K", str, int)
ALIKE = 0.6  # of a missing row's cells must agree for a row to be taken for it
MOST_COMPARED = 10_000  # pairs of a missing row and a stray one
MOST_GONE = 10  # rows missing at once that are still a question, not an accident
MOST_GONE_SHARE = 0.05


class Owner(StrEnum):
    """Who may write a column: the program alone, an act of the procedure, the register's keeper."""

    SYSTEM = "system"
    PROCEDURE = "procedure"
    KEEPER = "keeper"


@dataclass(frozen=True)
class Entry:
    """One row of the workbook: its number, its key ("" when blank), its cells by field.

    A field that is left out says nothing: an error value, a cell inside a merge, a formula
    without a result, a column that is gone.
    """

    row: int
    key: str
    values: Fields


@dataclass(frozen=True)
class Edit:
    """They changed a cell: to be carried out on our side."""

    key: str
    row: int
    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Push:
    """A cell of the workbook that is to get our value; `old` is what stands there."""

    key: str
    row: int
    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Clash:
    """Both sides say something else, or they typed in a column of the program's own.

    `winner` is "ours" or "theirs"; the losing value is kept here and must reach a person.
    """

    key: str
    row: int
    field: str
    base: Value
    ours: Value
    theirs: Value
    owner: Owner
    winner: str


@dataclass(frozen=True)
class Duplicate:
    """A second row with a key that row `kept` keeps; pending until a person says what it is."""

    key: str
    kept: int
    entry: Entry


@dataclass(frozen=True)
class RestoredKey:
    """A row with an altered or cleared key, recognised by its other cells as the missing `key`."""

    row: int
    key: str
    typed: str


@dataclass(frozen=True)
class Merged:
    """Everything a merge found; `stopped` says why nothing is to be done, else ""."""

    stopped: str = ""
    edits: tuple[Edit, ...] = ()
    pushes: tuple[Push, ...] = ()
    clashes: tuple[Clash, ...] = ()
    new_rows: tuple[Entry, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    unknown: tuple[Entry, ...] = ()  # a key that neither side ever had
    restored_keys: tuple[RestoredKey, ...] = ()
    missing: tuple[str, ...] = ()  # keys whose row is gone from the workbook: a question
    appends: tuple[str, ...] = ()  # our keys that the workbook never had
    gone: tuple[str, ...] = ()  # keys in base and workbook that our side lost: a question


def merge(
    base: Mapping[str, Fields],
    theirs: Sequence[Entry],
    ours: Mapping[str, Fields],
    owners: Mapping[str, Owner],
) -> Merged:
    """Compare the three sides; only fields named in `owners` are looked at.

    A row that is gone from the workbook is reported as missing, never deleted. When more than
    ten rows, or more than one and 5 %, are gone at once, the result is `stopped`: most likely a
    filtered copy, a wrong sheet or a truncated file.
    """
    rows = _Rows(base, ours, theirs, owners)
    expected = base.keys() & ours.keys()
    missing = tuple(key for key in base if key in expected and key not in rows.by_key)
    if is_mass_deletion(len(missing), len(expected)):
        return Merged(stopped=f"{len(missing)} of {len(expected)} rows are gone", missing=missing)
    cells = _Cells(owners)
    for key, entry in rows.by_key.items():
        if key in ours:
            cells.row(key, base.get(key), entry, ours[key])
    return Merged(
        edits=tuple(cells.edits),
        pushes=tuple(cells.pushes),
        clashes=tuple(cells.clashes),
        new_rows=tuple(rows.new),
        duplicates=tuple(rows.duplicates),
        unknown=tuple(entry for key, entry in rows.by_key.items() if key not in rows.known),
        restored_keys=tuple(rows.restored),
        missing=missing,
        appends=tuple(key for key in ours if key not in base and key not in rows.by_key),
        gone=tuple(key for key in rows.by_key if key in base and key not in ours),
    )


def is_mass_deletion(gone: int, of: int) -> bool:
    """Whether so many rows are gone at once that it is an accident; a single row never is."""
    return gone > MOST_GONE or (gone > 1 and gone > of * MOST_GONE_SHARE)


class _Rows:
    """Sorts the workbook's rows: one per key, copies, new rows, and keys to be restored."""

    def __init__(
        self,
        base: Mapping[str, Fields],
        ours: Mapping[str, Fields],
        theirs: Sequence[Entry],
        owners: Mapping[str, Owner],
    ) -> None:
        self._base, self._owners = base, owners
        self.known = base.keys() | ours.keys()
        self.by_key: dict[str, Entry] = {}
        self.new: list[Entry] = []
        self.duplicates: list[Duplicate] = []
        self.restored: list[RestoredKey] = []
        for entry in theirs:
            if entry.key:
                self._claim(entry)
            elif self._says_something(entry):
                self.new.append(entry)
        self._restore_keys()

    def _claim(self, entry: Entry) -> None:
        """Give the key to the row that is closest to the base; the first where they tie."""
        holder = self.by_key.get(entry.key)
        if holder is None:
            self.by_key[entry.key] = entry
            return
        base = self._base.get(entry.key, {})
        if _agreeing(base, entry) > _agreeing(base, holder):
            self.by_key[entry.key], entry, holder = entry, holder, entry
        self.duplicates = [
            Duplicate(d.key, holder.row, d.entry) if d.key == entry.key else d
            for d in self.duplicates
        ]
        self.duplicates.append(Duplicate(entry.key, holder.row, entry))

    def _says_something(self, entry: Entry) -> bool:
        """Whether a person filled in a cell: a row with only system cells is decoration."""
        return any(
            canon(value) is not None
            for name, value in entry.values.items()
            if self._owners.get(name, Owner.SYSTEM) is not Owner.SYSTEM
        )

    def _restore_keys(self) -> None:
        """Give missing keys back to stray rows that look like theirs, each other's best match."""
        missing = [key for key in self._base if key not in self.by_key]
        strays = [entry for k, entry in self.by_key.items() if k not in self.known] + self.new
        if not missing or len(missing) * len(strays) > MOST_COMPARED:
            return
        alike = {
            (key, entry.row): score
            for key in missing
            for entry in strays
            if (score := self._likeness(self._base[key], entry))
        }
        rows = {entry.row: entry for entry in strays}
        for key in missing:
            row = _best({r: score for (k, r), score in alike.items() if k == key})
            if row and _best({k: score for (k, r), score in alike.items() if r == row}) == key:
                self._restore(key, rows[row])

    def _restore(self, key: str, entry: Entry) -> None:
        self.by_key.pop(entry.key, None)
        self.new = [other for other in self.new if other is not entry]
        self.by_key[key] = Entry(entry.row, key, entry.values)
        self.restored.append(RestoredKey(entry.row, key, entry.key))

    def _likeness(self, base: Fields, entry: Entry) -> int:
        """How many of the agreed cells a row has; 0 where it has too few to be that row."""
        told = [name for name, value in base.items() if canon(value) is not None]
        agreeing = _agreeing(base, entry, told)
        return agreeing if told and agreeing >= len(told) * ALIKE else 0


def _best(scores: Mapping[_K, int]) -> _K | None:
    """The one with the highest score; None where two share it."""
    highest = max(scores.values(), default=0)
    best = [found for found, score in scores.items() if score == highest]
    return best[0] if len(best) == 1 else None


def _agreeing(base: Fields, entry: Entry, fields: Sequence[str] | None = None) -> int:
    """How many cells of the row equal the base."""
    names = entry.values.keys() & base.keys() if fields is None else fields
    return sum(n in entry.values and same(entry.values[n], base.get(n)) for n in names)


@dataclass
class _Cells:
    """Goes through one row after the other, cell by cell."""

    owners: Mapping[str, Owner]
    edits: list[Edit] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)

    def row(self, key: str, base: Fields | None, entry: Entry, ours: Fields) -> None:
        """Settle the cells of one row; `base` is None when the sides never agreed on it."""
        for name, owner in self.owners.items():
            their, own = entry.values.get(name), ours.get(name)
            if name not in entry.values or (type(their) is type(own) and their == own):
                continue
            if not same(their, own):
                sides = _Sides(base is not None, (base or {}).get(name), own, their)
                self._settle(key, entry.row, name, owner, sides)

    def _settle(self, key: str, row: int, name: str, owner: Owner, sides: "_Sides") -> None:
        base, own, their = canon(sides.base), canon(sides.ours), canon(sides.theirs)
        winner, is_clash = sides.verdict(owner)
        if is_clash:
            self.clashes.append(Clash(key, row, name, base, own, their, owner, winner))
        if winner == "ours":
            self.pushes.append(Push(key, row, name, their, own))
        else:
            self.edits.append(Edit(key, row, name, own, their))


@dataclass(frozen=True)
class _Sides:
    """The three values of a cell on which the two sides differ; `agreed`: there was a base."""

    agreed: bool
    base: Value
    ours: Value
    theirs: Value

    def verdict(self, owner: Owner) -> tuple[str, bool]:
        """Whose value stands, and whether the other one was meant and must be told about."""
        before = self.base if self.agreed else None  # without a base a blank cell says nothing
        if same(self.theirs, before):
            return "ours", False
        if owner is Owner.SYSTEM:
            return "ours", True
        if same(self.ours, before):
            return "theirs", False
        return ("theirs" if owner is Owner.KEEPER else "ours"), True
