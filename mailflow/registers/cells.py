"""What a cell of the register says: tolerant of how it was typed, kept as JSON in the base."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.folding import folded
from mailflow.procedure.people import UNIT_PREFIX, Roster
from mailflow.procedure.request import Json
from mailflow.registers.names import parties_named, split, unit_named
from workbook_sync.spec import ColumnKind
from workbook_sync.values import Value, canon, read_number, read_percent, to_date


@dataclass(frozen=True)
class Unread:
    """Words that are no value of a field; `why` is a key `value_<why>` of the questions."""

    field: str
    words: str
    why: str


def as_kind(value: Value, kind: ColumnKind) -> Value:
    """Take a cell's content for what its column holds; what does not fit stays as it is."""
    value = canon(value)
    if kind is ColumnKind.DATE:
        return _as_date(value)
    if kind is ColumnKind.NUMBER:
        return _as_number(value)
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _as_date(value: Value) -> Value:
    return to_date(value) or value


def _as_number(value: Value) -> Value:
    """Take a percentage as a number of hundredths: 60 for "60%" and for Excel's 0.6."""
    if isinstance(value, str):
        found = read_percent(value) if value.endswith("%") else read_number(value)
        return value if found is None else found
    if isinstance(value, float) and 0 < value < 1:
        return canon(value * 100)
    return value


def figure(value: Value, *, percent: bool) -> Value:
    """Write the number of a cell as people do, 98,5% for the 0.985 that Excel keeps of it.

    Three digits behind the comma get a fourth: "1,250" could be a thousand and more.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = canon(value * 100) if percent else canon(value)
    text = str(number).replace(".", ",")
    behind = text.partition(",")[2]
    return text + ("0" if len(behind) == 3 else "") + ("%" if percent else "")


def to_json(value: Value) -> Json:
    """Write a cell's content for keeping in the base copy."""
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return {"time": value.isoformat()} if isinstance(value, time) else value


def from_json(kept: Json) -> Value:
    """Read back what `to_json` wrote."""
    if isinstance(kept, dict) and "date" in kept:
        moment = datetime.fromisoformat(kept["date"])
        return moment if "T" in kept["date"] else moment.date()
    if isinstance(kept, dict):
        return time.fromisoformat(kept["time"])
    value: Value = kept
    return value


def as_text(value: Value) -> str:
    """Show a cell's content as people would type it."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


@dataclass(frozen=True)
class _Typed:
    """A cell that is to be read as a field."""

    field: str
    value: Value
    roster: Roster

    @property
    def words(self) -> str:
        return as_text(self.value)

    def unread(self, why: str, words: str | None = None) -> Unread:
        return Unread(self.field, self.words if words is None else words, why)


def read_field(name: str, value: Value, roster: Roster) -> Json | Unread:
    """Read a cell as the field `name` of the form, in the shape `fields.Type` gives.

    `value` is as `as_kind` left it and not blank; people and units are looked up in `roster`.
    """
    return _READERS[FIELDS[name].type](_Typed(name, value, roster))


def _text(typed: _Typed) -> Json:
    return typed.words


def _date(typed: _Typed) -> Json:
    if isinstance(typed.value, date):
        return typed.value.isoformat()
    return typed.unread("bad_date")


def _number(typed: _Typed) -> Json:
    if isinstance(typed.value, int | float) and not isinstance(typed.value, bool):
        return round(typed.value)
    return typed.unread("bad_number")


def _option(name: str, words: str) -> str | None:
    known = labels.option_labels(name)
    return next((key for key, label in known.items() if folded(label) == folded(words)), None)


def _choice(typed: _Typed) -> Json:
    return _option(typed.field, typed.words) or typed.unread("bad_option")


def _choices(typed: _Typed) -> Json:
    return [_option(typed.field, words) or words for words in split(typed.words)]


def _unit(typed: _Typed) -> Json:
    unit = unit_named(typed.words, typed.roster.units)
    return unit.name if unit else typed.unread("unknown_unit")


def _person(typed: _Typed) -> Json:
    found = parties_named(typed.words, typed.roster)
    if not found:
        return typed.unread("unknown_person")
    if found[0].startswith(UNIT_PREFIX):
        return typed.unread("not_a_person")
    return found[0] if len(found) == 1 else typed.unread("several_people")


def _parties(typed: _Typed) -> Json:
    """Read several names; a comma separates too where the whole is no name."""
    parties: list[str] = []
    for words in split(typed.words):
        whole = parties_named(words, typed.roster)
        for one in [words] if whole else words.split(","):
            found = whole or parties_named(one, typed.roster)
            if len(found) != 1:
                return typed.unread("several_people" if found else "unknown_person", one.strip())
            parties += found
    return list(dict.fromkeys(parties))


_READERS: dict[Type, Callable[[_Typed], Json]] = {
    Type.TEXT: _text,
    Type.DATE: _date,
    Type.NUMBER: _number,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.UNIT: _unit,
    Type.PERSON: _person,
    Type.PARTIES: _parties,
}
