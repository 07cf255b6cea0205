"""Which letters and notices are about which requests: for evidence packs, and for disposal."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, Table, func

from mailflow.record import tables
from mailflow.record.columns import Words
from mailflow.record.scope import Scope

_letters, _notices, _journal = tables.letters, tables.notices, tables.journal
_asks, _lines = tables.asks, tables.ask_lines
_CODE = re.compile(r"\b[A-Z]{2,8}-\d{4}-\d{4,}-[A-Z]\b")
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
_PAGE = 500
_OF_A_LETTER = frozenset({"letter"})
"""Notes of the journal that keep no letter: the request they led to does, as long as it stays."""


@dataclass(frozen=True)
class Papers:
    """The agency's letters and notices, by the requests they are about."""

    scope: Scope

    def letters_of(self, code: str) -> set[int]:
        """Number the letters that are about a request: acted on it, asked, refused or answered."""
        mine = self._letters_named(code)
        return mine | {row.letter_id for row in self._notices_named(code) if row.letter_id}

    def notices_of(self, code: str) -> set[int]:
        """Number the notices about a request, with the answers to the letters about it."""
        mine = {row.id for row in self._notices_named(code)}
        for letter in self.letters_of(code):
            answers = self.scope.rows_of(_notices, ("id",), ("id", "request"), letter_id=letter)
            mine |= {row.id for row in answers if row.request in (None, code)}
        return mine

    def _letters_named(self, code: str) -> set[int]:
        settled = self.scope.rows_of(_letters, ("id",), ("id",), request=code)
        asked = self.scope.rows_of(_lines, (), ("letter_id",), request=code)
        acted = self.scope.rows_of(_journal, (), ("via_id",), request=code, via_kind="letter")
        found = {row.id for row in settled} | {row.letter_id for row in asked if row.letter_id}
        return found | {int(row.via_id) for row in acted if row.via_id.isdecimal()}

    def _notices_named(self, code: str) -> list[Row[Any]]:
        own = self.scope.rows_of(_notices, ("id",), ("id", "letter_id"), request=code)
        asked = (
            self._select(_lines, _notices.c.id, _notices.c.letter_id)
            .join(_asks, _own(_asks) & (_asks.c.id == _lines.c.ask_id))
            .join(_notices, _own(_notices) & (_notices.c.id == _asks.c.notice_id))
        )
        return [*own, *self.scope.rows(asked.where(_lines.c.request == code))]

    def size_of(self, codes: Iterable[str], most: int) -> int:
        """Sum up the bytes of the letters and mails about requests; past `most` it stops."""
        total = 0
        for code in codes:
            total += sum(map(self._letter_size, self.letters_of(code)))
            total += sum(map(self._mail_size, self.notices_of(code)))
            if total > most:
                break
        return total

    def _letter_size(self, number: int) -> int:
        row = self.scope.row_of(_letters, ("blob",), id=number)
        return self._blob_size(row.blob) if row else 0

    def _mail_size(self, number: int) -> int:
        row = self.scope.row_of(_notices, ("mime",), id=number)
        return self._blob_size(row.mime) if row and row.mime else 0

    def _blob_size(self, name: str) -> int:
        length = func.length(tables.blobs.c.data)
        query = self._select(tables.blobs, length).where(tables.blobs.c.sha256 == name)
        return int(self.scope.connection.execute(query).scalar_one())

    def codes_of_letters(self, numbers: Iterable[int]) -> dict[int, set[str]]:
        """Say which requests letters are about: "" stands for what is about none and stays."""
        about: dict[int, set[str]] = {number: set() for number in numbers}
        for row in self._pages(_letters, _letters.c.request, _letters.c.acts):
            if row.id in about:
                about[row.id] |= {row.request or "", *(a["request"] or "" for a in row.acts)} - {""}
        for line in self.scope.rows(
            self._select(_lines, _lines.c.request, _lines.c.letter_id).where(
                _lines.c.letter_id.is_not(None)
            )
        ):
            about.get(line.letter_id, set()).add(line.request)
        for told in self.scope.rows(
            self._select(_notices, _notices.c.request, _notices.c.letter_id).where(
                _notices.c.letter_id.is_not(None), _notices.c.request.is_not(None)
            )
        ):
            about.get(told.letter_id, set()).add(told.request)
        for entry in self._acted():
            about.get(int(entry.via_id), set()).add(entry.request or "")
        for kept in self.scope.rows(self._select(tables.stand_ins, tables.stand_ins.c.letter_id)):
            about.get(kept.letter_id, set()).add("")
        return about

    def _acted(self) -> Iterator[Row[Any]]:
        journal = (_journal.c.request, _journal.c.via_id, _journal.c.act)
        rows = self.scope.rows(
            self._select(_journal, *journal).where(_journal.c.via_kind == "letter")
        )
        return (
            row
            for row in rows
            if row.via_id.isdecimal() and (row.request or row.act not in _OF_A_LETTER)
        )

    def codes_of_notice(self, row: Row[Any]) -> set[str]:
        """Say which requests a notice is about: its own, those it asks of, those it lists."""
        context: Mapping[str, Any] = row.context or {}
        about = {row.request, *(ask["request"] for ask in context.get("asks") or ())}
        about |= {result["request"] for result in context.get("results") or ()}
        about |= {
            line.request
            for ask in self.scope.rows_of(_asks, ("id",), ("id",), notice_id=row.id)
            for line in self.scope.rows_of(_lines, ("line",), ("request",), ask_id=ask.id)
        }
        if row.request is None:
            table = context.get("table") or {}
            about |= {c for cells in table.get("rows") or () for c in _CODE.findall(cells[0])}
        return {code for code in about if code}

    def named_anywhere(self, wanted: Collection[str]) -> set[str]:
        """Say which of these blobs something that is kept still names."""
        found: set[str] = set()
        for column in (_letters.c.blob, _notices.c.mime):
            query = self._select(column.table, column.label("name")).distinct()
            found |= {row.name for row in self.scope.rows(query) if row.name in wanted}
        for column in _TEXTS:
            for row in self._texts(column):
                found |= {name for name in _SHA256.findall(row) if name in wanted}
        return found

    def _texts(self, column: Column[Any]) -> Iterator[str]:
        """Walk a column of JSON as it is stored, where it names a blob."""
        query = self._select(column.table, column.cast(Words))
        rows = self.scope.stream(query.where(column.cast(Words).contains('"sha256"')))
        return (str(row[0]) for row in rows)

    def _pages(self, table: Table, *columns: ColumnElement[Any]) -> Iterator[Row[Any]]:
        last = 0
        while True:
            query = self._select(table, table.c.id, *columns).where(table.c.id > last)
            page = self.scope.rows(query.order_by(table.c.id).limit(_PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            last = page[-1].id

    def _select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        return self.scope.select(table, *columns)


def _own(table: Table) -> ColumnElement[bool]:
    """Say of a table joined to an ask's lines that its rows are the same agency's."""
    own: ColumnElement[bool] = table.c.agency_id == _lines.c.agency_id
    return own


_TEXTS = (
    tables.journal.c.fields,
    tables.notices.c.context,
    tables.notices.c.attachments,
    tables.asks.c.commands,
    tables.drafts.c.words,
)
"""Columns of JSON in which a blob can be named."""
