"""Bytes kept once under their own SHA-256: raw letters, attachments, mails as they were sent."""

from dataclasses import dataclass
from hashlib import sha256

from mailflow.errors import MailflowError
from mailflow.record import tables
from mailflow.record.scope import Scope


@dataclass(frozen=True)
class Blobs:
    """The agency's blobs."""

    scope: Scope

    def put(self, data: bytes) -> str:
        """Keep bytes and give their SHA-256 in hex; the same bytes are kept once."""
        name = sha256(data).hexdigest()
        self.scope.insert_once(tables.blobs, ("sha256",), sha256=name, data=data)
        return name

    def get(self, name: str) -> bytes:
        """Give the bytes of a SHA-256. Raises MailflowError when there are none."""
        row = self.scope.row_of(tables.blobs, ("data",), sha256=name)
        if row is None:
            raise MailflowError(f"no blob {name}")
        return bytes(row.data)
