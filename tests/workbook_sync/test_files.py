"""The file where it lies: who has it open, writing it safely, and coming back after a crash."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from tests.workbook_sync.samples import register
from workbook_sync import files, places
from workbook_sync.errors import Busy, Changed, Owner, Reason, Refusal
from workbook_sync.files import Intent, Written
from workbook_sync.patch import Plan, attempt
from workbook_sync.places import Local
from workbook_sync.read import read

PLAN = Plan({("Phiếu", "B4"): "mới"})
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A register in a folder of its own."""
    register_path = tmp_path / "Sổ theo dõi.xlsx"
    register_path.write_bytes(register())
    return register_path


def lock(path: Path, name: str, data: bytes, age: timedelta = timedelta(minutes=5)) -> None:
    """An owner file beside the register, written some time before now."""
    beside = path.with_name(name)
    beside.write_bytes(data)
    stamp = (NOW - age).timestamp()
    os.utime(beside, (stamp, stamp))


def excel_lock(user: str) -> bytes:
    """What Excel writes: the name in one-byte letters, then in UTF-16."""
    wide = user.encode("utf-16-le")
    head = bytes([len(user)]) + b"?" * len(user)
    return head.ljust(55, b" ") + len(user).to_bytes(2, "little") + wide.ljust(108, b" \0"[:1])


def write(path: Path, before_write: Callable[[Intent], None] = lambda _: None) -> Written:
    """Write the plan back."""
    return files.write_back(Local(path), PLAN, before_write, NOW)


def test_the_file_is_written_in_place_with_a_backup_and_an_intent(path: Path) -> None:
    """Same inode, the old bytes beside it, the caller told before the first byte."""
    inode, old = path.stat().st_ino, path.read_bytes()
    seen: list[tuple[Intent, bytes]] = []
    kept = path.with_name(".Sổ theo dõi.xlsx.bak")
    done = write(path, lambda intent: seen.append((intent, kept.read_bytes())))
    assert path.stat().st_ino == inode
    assert read(path).sheet("Phiếu").cells()[4, 2].value == "mới"
    (intent, backup) = seen[0]
    assert backup == old
    assert (intent.before, intent.after) == (files.sha256(old), files.sha256(path.read_bytes()))
    assert (done.before, done.after) == (intent.before, intent.after)
    assert done.cells == {"Phiếu": {(4, 2): "mới"}}
    assert not files.is_register(kept)


def test_a_shorter_file_leaves_no_rest_of_the_longer_one(path: Path) -> None:
    """The file is cut to the new length."""
    path.write_bytes(register(extra={"xl/media/a.bin": os.urandom(5_000)}))
    write(path)
    assert files.take_copy(Local(path)).sha256 == files.sha256(path.read_bytes())


@pytest.mark.parametrize(
    ("name", "data", "who"),
    [
        ("~$Sổ theo dõi.xlsx", excel_lock("Trần Hồng"), Owner("Trần Hồng")),
        ("~$Sổ theo dõi.xlsx", b"", Owner("")),
        (
            ".~lock.Sổ theo dõi.xlsx#",
            ",hong,máy-3,23.11.2026 08:55,file:///x;".encode(),
            Owner("hong", "máy-3"),
        ),
        (
            ".~lock.Sổ theo dõi.xlsx#",
            "Trần\\, Hồng,h,m,23.11.2026,x;".encode(),
            Owner("Trần, Hồng", "m"),
        ),
    ],
)
def test_somebody_who_has_it_open_is_named_and_nothing_is_written(
    path: Path, name: str, data: bytes, who: Owner
) -> None:
    """Excel's and LibreOffice's owner files."""
    lock(path, name, data)
    with pytest.raises(Busy) as busy:
        write(path)
    assert busy.value.owner == who
    assert path.read_bytes() == register()


@pytest.mark.parametrize(
    ("data", "who"),
    [
        (",Hồng\r\nBcc: a@b.vn,máy,x;".encode(), Owner("Hồng Bcc: a@b.vn", "máy")),
        (b"," + b"a" * 3_000 + b",m,x;", Owner("a" * 60, "m")),
        (b"," + b"a" * 5_000 + b",m,x;", Owner("")),
        (b"\xff" * 400, Owner("")),
        (b"\\", Owner("\\")),
    ],
)
def test_an_owner_file_that_is_none_stops_nothing_and_forges_nothing(
    path: Path, data: bytes, who: Owner
) -> None:
    """Anybody can write one: it is read up to a size, and its names stand on one line of a mail."""
    lock(path, ".~lock.Sổ theo dõi.xlsx#", data)
    found = files.owner(Local(path), NOW)
    assert found is not None
    assert found.name.isprintable()
    assert found == who


def test_a_file_larger_than_any_register_is_not_even_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is enough: some hundred megabytes of nothing would fill the memory."""
    with path.open("wb") as handle:
        handle.truncate(300 * 2**20)
    monkeypatch.setattr(Local, "read", lambda _: pytest.fail("it was read"))
    with pytest.raises(Refusal) as refused:
        files.take_copy(Local(path))
    assert refused.value.reason is Reason.TOO_BIG


def test_an_owner_file_of_yesterday_was_left_behind(path: Path) -> None:
    """A crashed program does not stop the register for ever."""
    lock(path, "~$Sổ theo dõi.xlsx", excel_lock("Hồng"), timedelta(hours=13))
    assert write(path).cells


def test_an_open_handle_without_an_owner_file_is_noticed(path: Path) -> None:
    """The lease is refused while any process has the file open."""
    with path.open("rb"), pytest.raises(Busy):
        write(path)
    assert path.read_bytes() == register()


def test_a_file_that_changed_since_it_was_read_is_left_alone(path: Path) -> None:
    """The plan was made from other bytes."""
    with pytest.raises(Changed):
        files.write_back(Local(path), PLAN, lambda _: None, NOW, seen="0" * 64)
    assert path.read_bytes() == register()


@pytest.mark.parametrize("leases", [True, False])
def test_a_save_between_copy_and_write_is_not_overwritten(
    path: Path, leases: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashed again while the file is held; no intent was given."""
    other = register(after="<pageMargins/>")

    def slow(data: bytes, plan: Plan) -> object:
        path.write_bytes(other)
        return attempt(data, plan)

    monkeypatch.setattr(files, "attempt", slow)
    if not leases:
        monkeypatch.setattr(places, "_lease", lambda _: False)
    intents: list[Intent] = []
    with pytest.raises(Changed):
        write(path, intents.append)
    assert path.read_bytes() == other
    assert not intents
    assert not list(path.parent.glob("*.tmp"))


def test_a_failing_callback_leaves_the_file_as_it_was(path: Path) -> None:
    """When the caller cannot commit the intent, nothing is written."""

    def fail(_: Intent) -> None:
        raise RuntimeError("the record is down")

    with pytest.raises(RuntimeError):
        write(path, fail)
    assert path.read_bytes() == register()
    assert write(path).cells  # and the file is free again


def test_without_leases_the_file_is_swapped_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system that has none."""
    monkeypatch.setattr(places, "_lease", lambda _: False)
    path.chmod(0o640)
    done = write(path)
    assert files.sha256(path.read_bytes()) == done.after
    assert path.stat().st_mode & 0o777 == 0o640
    assert not list(path.parent.glob("*.tmp"))


def test_a_plan_that_is_refused_whole_writes_nothing(path: Path) -> None:
    """No backup, no intent, the refusals in the answer."""
    plan = Plan({("Phiếu", "B3"): "x"})
    done = files.write_back(Local(path), plan, lambda _: pytest.fail("nothing to intend"), NOW)
    assert done.before == done.after
    assert [r.reason for r in done.refusals] == [Reason.HEADER]
    assert not list(path.parent.glob(".*.bak"))


def test_a_half_saved_file_is_not_read_as_a_register(path: Path) -> None:
    """Cut off in the middle: refused, not guessed at."""
    path.write_bytes(register()[:-200])
    with pytest.raises(Refusal):
        files.take_copy(Local(path))


@pytest.mark.parametrize(
    ("state", "found"),
    [("old", "untouched"), ("new", "written"), ("torn", "restored"), ("user", "changed")],
)
def test_after_a_crash_the_file_is_old_new_or_somebodys(path: Path, state: str, found: str) -> None:
    """A torn file is put back from the backup; what a person saved is never touched."""
    intents: list[Intent] = []
    write(path, intents.append)
    new, old, user = path.read_bytes(), register(), register(after="<pageMargins/>")
    torn = new[: len(new) // 2] + old[len(new) // 2 :]
    path.write_bytes({"old": old, "new": new, "torn": torn, "user": user}[state])
    before = path.read_bytes()
    assert files.recover(Local(path), intents[0]) == found
    assert path.read_bytes() == (old if state == "torn" else before)


def test_a_torn_file_without_its_backup_is_said_aloud(path: Path) -> None:
    """Nothing else is put in its place."""
    intent = Intent("a", "b")
    path.write_bytes(b"PK torn")
    with pytest.raises(Refusal):
        files.recover(Local(path), intent)
    assert path.read_bytes() == b"PK torn"


def paused(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> list[float]:
    """Let something happen between two looks instead of waiting; gives the seconds waited."""
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        meanwhile()

    monkeypatch.setattr(files, "pause", pause)
    return waited


def aged(path: Path, seconds: float) -> None:
    """Let the file have been saved so long ago."""
    stamp = time.time() - seconds
    os.utime(path, (stamp, stamp))


@pytest.mark.parametrize("seconds", [3, 10])
def test_a_file_saved_just_now_is_looked_at_again_after_a_while(
    path: Path, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three seconds, ten in a synchronised folder; one that was saved again is not read."""
    rest = timedelta(seconds=seconds)
    waited = paused(monkeypatch, lambda: None)
    assert files.take_copy(Local(path), rest=rest).data == register()

    paused(monkeypatch, lambda: path.write_bytes(register(after="<pageMargins/>")))
    with pytest.raises(Busy):
        files.take_copy(Local(path), rest=rest)
    assert waited == [seconds]


def test_a_file_that_was_left_alone_or_is_known_is_read_at_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits three seconds for nothing; a server's clock that is ahead makes us wait."""
    waited = paused(monkeypatch, lambda: None)
    files.take_copy(Local(path), known=[files.sha256(register())])
    aged(path, 4)
    files.take_copy(Local(path))
    assert waited == []
    aged(path, -3600)
    files.take_copy(Local(path))
    assert waited == [3]


def test_a_file_that_is_replaced_while_it_is_read_is_left_for_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel and LibreOffice put a finished file in its place: another file, another time."""
    other = path.with_name("4CCA4100")
    other.write_bytes(register(after="<pageMargins/>"))
    paused(monkeypatch, lambda: other.replace(path))
    with pytest.raises(Busy):
        files.take_copy(Local(path))


def test_a_new_register_never_covers_another_file(path: Path) -> None:
    """Somebody put one there in the same moment: theirs stays, and nothing of ours is left."""
    with pytest.raises(FileExistsError):
        Local(path).create(b"new")
    assert path.read_bytes() == register()
    assert Local(path).listing() == [path.name]

    Local(path).beside("Sổ mới.xlsx").create(b"new")
    assert path.with_name("Sổ mới.xlsx").read_bytes() == b"new"
    assert Local(path).listing() == sorted([path.name, "Sổ mới.xlsx"])


def test_a_new_register_where_files_cannot_be_linked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on FAT and some shares: renamed into its place, and still never over another."""

    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    with pytest.raises(FileExistsError):
        Local(path).create(b"new")
    path.unlink()
    Local(path).create(b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [errno.EBUSY, errno.EACCES, errno.ETXTBSY])
def test_a_mounted_share_that_refuses_the_handle_means_open_elsewhere(
    path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Linux makes of a sharing violation; the file's own rights would let us."""
    plain = Path.open

    def refuses(self: Path, mode: str = "r", *args: Any) -> IO[Any]:
        if mode == "r+b":
            raise OSError(error, os.strerror(error))
        return plain(self, mode, *args)

    monkeypatch.setattr(Path, "open", refuses)
    with pytest.raises(Busy):
        write(path)
    assert path.read_bytes() == register()


def test_a_file_we_have_no_right_to_write_is_no_file_somebody_has_open(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting would not help: the operator must hear of it."""

    def refuses(self: Path, mode: str = "r", *args: Any) -> IO[Any]:
        raise PermissionError(errno.EACCES, "Permission denied")

    data = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(Path, "open", refuses)
    with pytest.raises(PermissionError), Local(path).held():
        pass
    monkeypatch.undo()
    assert path.read_bytes() == data


def test_a_torn_file_that_somebody_has_open_is_not_put_back_under_them(path: Path) -> None:
    """LibreOffice may be saving into it: it is left until it is closed."""
    intents: list[Intent] = []
    write(path, intents.append)
    path.write_bytes(path.read_bytes()[:2000])
    with path.open("rb"), pytest.raises(Busy):
        files.recover(Local(path), intents[0])
    assert files.recover(Local(path), intents[0]) == "restored"
    assert path.read_bytes() == register()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from workbook_sync import files, places
from workbook_sync.patch import Plan

class Dying(places._Leased):
    def write(self, data):
        self._handle.seek(0)
        self._handle.write(data[: int(len(data) * float(sys.argv[2]))])
        self._handle.flush()
        os.kill(os.getpid(), signal.SIGKILL)

places._Leased = Dying
intents = lambda intent: print(intent.before, intent.after, flush=True)
now = datetime(2026, 11, 23, 9, tzinfo=UTC)
place = places.Local(Path(sys.argv[1]))
files.pause = lambda seconds: None
files.write_back(place, Plan({("Phiếu", "B4"): "mới"}), intents, now)
"""


@pytest.mark.parametrize(
    ("share", "found"), [(0.0, "untouched"), (0.6, "restored"), (0.95, "restored")]
)
def test_killed_in_the_middle_of_the_bytes_the_old_ones_come_back(
    path: Path, share: float, found: str
) -> None:
    """A real process that dies by SIGKILL while it writes; then the plan is carried out."""
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(share)], capture_output=True, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    intent = Intent(*died.stdout.decode().split())
    assert files.recover(Local(path), intent) == found
    assert path.read_bytes() == register()
    assert write(path).after == intent.after


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Sổ.xlsx", True),
        ("Sổ.XLSM", True),
        ("~$Sổ.xlsx", False),
        (".~lock.Sổ.xlsx#", False),
        ("4CCA4100", False),
        (".Sổ.xlsx.tmp", False),
        (".Sổ.xlsx.bak", False),
        ("Sổ.xls", False),
    ],
)
def test_locks_and_half_saves_are_no_registers(name: str, wanted: bool) -> None:
    """What Excel and LibreOffice leave in the folder for a moment."""
    assert files.is_register(Path(name)) is wanted
