"""The shared file itself: who has it open, whether it rests, and writing it without harm."""

import hashlib
import re
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from workbook_sync.errors import Busy, Changed, Owner, Reason, Refusal
from workbook_sync.package import CAPS, open_package
from workbook_sync.patch import Patched, Plan, attempt
from workbook_sync.places import Held, Place, Sight
from workbook_sync.proof import Planned

REST = timedelta(seconds=3)
"""How far apart two looks at a file must be; a synchronised folder needs ten seconds."""

OWNER_FILE_AGE = timedelta(hours=12)  # an older one was left behind by a crash
MOST_OF_A_HINT = 4_096  # bytes; Excel's has 165
MOST_OF_A_NAME = 60
_IGNORED = re.compile(r"~\$.*|\.~lock\..*#|.*\.tmp|\..*\.bak|[0-9A-F]{8}", re.IGNORECASE)


@dataclass(frozen=True)
class Copy:
    """The bytes of a file that was at rest, and their SHA-256 in hex."""

    data: bytes
    sha256: str


@dataclass(frozen=True)
class Intent:
    """What is about to be written: SHA-256 before and after; the old bytes lie in a backup."""

    before: str
    after: str


@dataclass(frozen=True)
class Written:
    """What was written; `before` and `after` are equal when nothing of the plan could be."""

    before: str
    after: str
    cells: Planned
    refusals: tuple[Refusal, ...]


def is_register(path: Path) -> bool:
    """Whether a name in a watched folder can be a workbook at all, not a lock or a half save."""
    return path.suffix.casefold() in (".xlsx", ".xlsm") and not _IGNORED.fullmatch(path.name)


def backup(place: Place) -> Place:
    """The file beside a register that holds its bytes from before the last write."""
    return place.beside(f".{place.name}.bak")


def take_copy(place: Place, known: Collection[str] = (), rest: timedelta = REST) -> Copy:
    """The file's bytes, whole as a zip and at rest: two looks, `rest` apart, find it the same.

    One that nobody touched for so long already is not waited for, nor one whose SHA-256 is
    `known`. Raises Busy when it is being saved, Refusal when it is no whole workbook.
    """
    sight = place.look()
    if sight.size > CAPS.packed:
        raise Refusal(Reason.TOO_BIG, detail=f"{sight.size} bytes")
    data = place.read()
    digest = sha256(data)
    if digest not in known and _young(sight, rest):
        pause(rest.total_seconds())
    if place.look() != sight or place.read() != data:
        raise Busy
    open_package(data).test()
    return Copy(data, digest)


def _young(sight: Sight, rest: timedelta) -> bool:
    """Whether a file changed just now, or after now: the clock of a server may be ahead."""
    return time.time_ns() - sight.changed_ns < rest.total_seconds() * 1e9


pause = time.sleep


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


# --- who has it open -----------------------------------------------------------------------------


def owner(place: Place, now: datetime) -> Owner | None:
    """Who has the file open by its owner files; None for nobody.

    Excel writes `~$name`, LibreOffice `.~lock.name#`. They are hints: one older than twelve
    hours counts as left behind. `now` carries a time zone.
    """
    readers = {f"~${place.name}": _excel_owner, f".~lock.{place.name}#": _office_owner}
    for name, owner_in in readers.items():
        lock = place.beside(name)
        try:
            sight = lock.look()
        except FileNotFoundError:
            continue
        if now.timestamp() - sight.changed_ns / 1e9 < OWNER_FILE_AGE.total_seconds():
            return owner_in(_hint(lock, sight))
    return None


def _hint(lock: Place, sight: Sight) -> bytes:
    """The bytes of an owner file; its program may keep them to itself."""
    if sight.size > MOST_OF_A_HINT:
        return b""
    try:
        return lock.read()
    except (Busy, OSError):
        return b""


def _shown(text: str) -> str:
    """A name on one line, without what cannot be seen, and no longer than names are."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:MOST_OF_A_NAME]


def _excel_owner(data: bytes) -> Owner:
    """The name in Excel's owner file: at byte 55 its length, then UTF-16."""
    length = int.from_bytes(data[55:57], "little")
    return Owner(_shown(data[57 : 57 + 2 * length].decode("utf-16-le", "ignore")))


def _office_owner(data: bytes) -> Owner:
    """The user or else the login in LibreOffice's, and the machine."""
    fields = re.split(r"(?<!\\),", data.decode("utf-8", "ignore"))
    said = [_shown(re.sub(r"\\(.)", r"\1", field)) for field in fields[:3]]
    user, login, machine = said + [""] * (3 - len(said))
    return Owner(user or login, machine)


# --- writing -------------------------------------------------------------------------------------


def write_back(
    place: Place,
    plan: Plan | Callable[[bytes], bytes],
    before_write: Callable[[Intent], None],
    now: datetime,
    seen: str | None = None,
) -> Written:
    """Patch a shared workbook where it lies, or leave it exactly as it is.

    `plan` may be what makes the new bytes of the old and proves them itself.

    `seen` is the SHA-256 of the bytes the plan was made from. In order: owner files, a copy at
    rest, patch and proof, a backup beside the file, the exclusive hold, the file still as read,
    `before_write` (where the caller commits what it intends), the bytes, and a last look.

    Raises Busy (open elsewhere), Refusal (nothing may be written) or Changed (other bytes than
    `seen`), the file untouched; Changed also when somebody saved over it at once. Until this
    returns the caller's base copy must stay as it was. OSError is the caller's.
    """
    who = owner(place, now)
    if who is not None:
        raise Busy(who)
    copy = take_copy(place, (seen,) if seen else ())
    if seen is not None and copy.sha256 != seen:
        raise Changed
    patched = attempt(copy.data, plan) if isinstance(plan, Plan) else _made(plan, copy.data)
    intent = Intent(copy.sha256, sha256(patched.data))
    result = Written(intent.before, intent.after, patched.cells, patched.refusals)
    if intent.before == intent.after:
        return result
    backup(place).keep(copy.data)
    with place.held() as held:
        if sha256(held.read()) != intent.before:
            raise Changed
        before_write(intent)
        _write(held, patched.data, copy.data)
    if sha256(place.read()) != intent.after:
        raise Changed
    return result


def _made(change: Callable[[bytes], bytes], data: bytes) -> Patched:
    return Patched(change(data), {}, ())


def _write(held: Held, new: bytes, old: bytes) -> None:
    """Write, and where that fails half way put the old bytes back, so that people can go on."""
    try:
        held.write(new)
    except OSError:
        with suppress(OSError):
            held.write(old)
        raise


def recover(place: Place, intent: Intent) -> str:
    """After a crash: "written", "untouched", "restored" from the backup, or "changed" by others.

    Only a file that is neither the old nor the new one and no whole workbook is restored, and
    only while nobody has it open: Busy otherwise. Raises Refusal when such a torn file has no
    faithful backup.
    """
    found = _state(place.read(), intent)
    if found != "torn":
        return found
    with place.held() as held:
        found = _state(held.read(), intent)
        if found != "torn":
            return found
        held.write(_backed_up(place, intent))
    return "restored"


def _state(data: bytes, intent: Intent) -> str:
    digest = sha256(data)
    if digest in (intent.before, intent.after):
        return "untouched" if digest == intent.before else "written"
    try:
        open_package(data).test()
    except Refusal:
        return "torn"
    return "changed"


def _backed_up(place: Place, intent: Intent) -> bytes:
    """The bytes from before the write, if they are still the right ones."""
    try:
        data = backup(place).read()
    except FileNotFoundError:
        data = b""
    if sha256(data) != intent.before:
        raise Refusal(Reason.BAD_PACKAGE, detail="torn, and no backup of it")
    return data
