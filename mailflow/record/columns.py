"""The four column types of the record, and how times, days and JSON are written into them."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import REAL, BigInteger, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from mailflow.clock import from_text, to_text

__all__ = ["REAL", "Big", "Day", "Integer", "JsonText", "LargeBinary", "Moment", "Words"]

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def dumps(value: Any) -> str:
    """Write a JSON value as the one text it has here: sorted keys, no spaces, letters as they are.

    Raises TypeError or ValueError on what JSON cannot hold, NaN and infinity among it.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def storable(text: str) -> str:
    """Put U+FFFD for what no database takes as text: NUL and halves of surrogates."""
    return _UNSTORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text as people wrote it; what no database takes (NUL, half a surrogate) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make the text storable; comparing goes the same way as storing."""
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, as ISO-8601 UTC text that sorts as time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write the text; a naive datetime raises ValueError."""
        return None if value is None else to_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read the text back."""
        return None if value is None else from_text(value)


class Day(TypeDecorator[date]):
    """A calendar day, as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Write the text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Read the text back."""
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as text; None is no value at all (NULL), not JSON's null."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the text."""
        if isinstance(value, Mapping):
            value = dict(value)
        return None if value is None else dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the text back."""
        return None if value is None else json.loads(value)


Big: TypeEngine[int] = Integer().with_variant(BigInteger(), "postgresql")
"""Integers that pass 2**31 (IMAP's numbers are unsigned); SQLite's INTEGER holds 64 bits anyway."""
