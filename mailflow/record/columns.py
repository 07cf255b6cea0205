"""The four column types of the record, and how times, days and JSON are written into them."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    REAL,
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    LargeBinary,
    Text,
    or_,
)
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from mailflow.clock import from_text, to_text

__all__ = ["REAL", "Big", "Day", "Integer", "JsonText", "LargeBinary", "Moment", "Words"]

T = TypeVar("T")
Processor = Callable[[Any], Any]

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def dumps(value: Any) -> str:
    """Write a JSON value as the one text it has here: sorted keys, no spaces, letters as they are.

    Raises TypeError or ValueError on what JSON cannot hold, NaN and infinity among it.
    """
    text = _ENCODER.encode(value)
    if _is_sound(text):
        return text
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def storable(text: str) -> str:
    """Put U+FFFD for what no database takes as text: NUL and halves of surrogates."""
    if _is_sound(text) and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def _is_sound(text: str) -> bool:
    """Tell whether a text has no halves of surrogates: encoding finds them soonest."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Words(TypeDecorator[str]):
    """Text as people wrote it; what no database takes (NUL, half a surrogate) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make the text storable; comparing goes the same way as storing."""
        return None if value is None else storable(value)


class _Text(UserDefinedType[T]):
    """A value kept as text."""

    def get_col_spec(self, **_options: Any) -> str:
        """Name the type as both databases do."""
        return "TEXT"


class Moment(_Text[datetime]):
    """An aware datetime, as ISO-8601 UTC text that sorts as time; a naive one is a ValueError."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Write the text."""
        return _unless_none(to_text)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Read the text back."""
        return _unless_none(from_text)


class Day(_Text[date]):
    """A calendar day, as ISO text."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Write the text."""
        return _unless_none(date.isoformat)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Read the text back."""
        return _unless_none(date.fromisoformat)


class JsonText(_Text[Any]):
    """A JSON value as text; None is no value at all (NULL), not JSON's null."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Write the text."""
        return _unless_none(_json_text)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Read the text back."""
        return _unless_none(json.loads)


def _json_text(value: Any) -> str:
    return dumps(dict(value) if isinstance(value, Mapping) else value)


def _unless_none(turn: Processor) -> Processor:
    def process(value: Any) -> Any:
        return None if value is None else turn(value)

    return process


Big: TypeEngine[int] = Integer().with_variant(BigInteger(), "postgresql")
"""Integers that pass 2**31 (IMAP's numbers are unsigned); SQLite's INTEGER holds 64 bits anyway."""


LEASES_END = timedelta(hours=1)
"""No lease runs longer; one that ends later was taken by a clock that was ahead, and is over."""


def not_running(lease_until: ColumnElement[datetime | None], now: datetime) -> ColumnElement[bool]:
    """Say in SQL that no lease is running."""
    return or_(lease_until.is_(None), lease_until <= now, lease_until > now + LEASES_END)
