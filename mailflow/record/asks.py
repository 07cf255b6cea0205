"""What people were asked and have not answered: lines of a token, known only by its SHA-256."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from mailflow.errors import MailflowError
from mailflow.record import tables
from mailflow.record.scope import Scope

_asks, _lines = tables.asks, tables.ask_lines
_ASKED = ("request", "state", "act")


@dataclass(frozen=True)
class NewAsk:
    """What a notice will ask; each line is {request, state, act}.

    `commands` are held ones (JSON) that await the person's word.
    """

    lines: Sequence[Mapping[str, str]]
    expires_at: datetime
    commands: Sequence[Any] | None = None


@dataclass(frozen=True)
class AskLine:
    """One thing asked: an act on a request as it stood then; used once."""

    request: str
    state: str
    act: str
    used_at: datetime | None
    letter_id: int | None


@dataclass(frozen=True)
class Ask:
    """What one person was asked in one mail."""

    id: int
    person: str
    notice_id: int | None
    lines: tuple[AskLine, ...]
    commands: list[Any] | None
    expires_at: datetime
    closed_at: datetime | None


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Asks:
    """The agency's asks."""

    scope: Scope

    def add(
        self,
        person: str,
        token: str | None,
        lines: Sequence[Mapping[str, str]],
        commands: Sequence[Any] | None,
        expires_at: datetime,
        notice_id: int | None = None,
    ) -> int:
        """Store an ask and give its number; without a token nobody can answer it yet."""
        number = self.scope.insert_numbered(
            _asks,
            person=person,
            token_sha256=_hashed(token) if token else None,
            notice_id=notice_id,
            commands=commands,
            expires_at=expires_at,
        )
        rows = [
            {"ask_id": number, "line": place, **{name: line[name] for name in _ASKED}}
            for place, line in enumerate(lines)
        ]
        if rows:
            self.scope.insert(_lines, *rows)
        return number

    def give_token(self, notice_id: int, token: str) -> None:
        """Give the ask of a notice its token, when the mail that carries it is composed."""
        if not self.scope.update(_asks, {"notice_id": notice_id}, token_sha256=_hashed(token)):
            raise MailflowError(f"notice {notice_id} asks nothing")

    def by_token(self, token: str) -> Ask | None:
        """Find the ask of a token, expired, used and closed ones as well; the caller judges."""
        return self._one(token_sha256=_hashed(token))

    def of_notice(self, notice_id: int) -> Ask | None:
        """Find what a notice asks."""
        return self._one(notice_id=notice_id)

    def get(self, ask_id: int) -> Ask:
        """Give an ask. Raises MailflowError when there is none of that number."""
        ask = self._one(id=ask_id)
        if ask is None:
            raise MailflowError(f"no ask {ask_id}")
        return ask

    def use(self, ask_id: int, line: int, letter_id: int | None, at: datetime) -> bool:
        """Use a line up; False when it was used before. Raises MailflowError on no such line."""
        lines = self.get(ask_id).lines
        if line not in range(len(lines)):
            raise MailflowError(f"ask {ask_id} has no line {line}")
        if lines[line].used_at:
            return False
        key = {"ask_id": ask_id, "line": line}
        self.scope.update(_lines, key, used_at=at, letter_id=letter_id)
        return True

    def close(self, ask_id: int, at: datetime) -> None:
        """Take an ask back: whatever it asked is settled otherwise."""
        if not self.scope.update(_asks, {"id": ask_id}, closed_at=at):
            raise MailflowError(f"no ask {ask_id}")

    def _one(self, **equal: Any) -> Ask | None:
        row = self.scope.row_of(_asks, **equal)
        if row is None:
            return None
        return _ask(row, self.scope.rows_of(_lines, ("line",), ask_id=row.id))


def _ask(row: Row[Any], lines: Sequence[Row[Any]]) -> Ask:
    return Ask(
        id=row.id,
        person=row.person,
        notice_id=row.notice_id,
        lines=tuple(
            AskLine(line.request, line.state, line.act, line.used_at, line.letter_id)
            for line in lines
        ),
        commands=row.commands,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
    )
