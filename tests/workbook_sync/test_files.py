"""The file where it lies: who has it open, writing it safely, and coming back after a crash."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.workbook_sync.samples import register
from workbook_sync import files
from workbook_sync.errors import Busy, Changed, Reason, Refusal
from workbook_sync.files import Intent, Sight, Written
from workbook_sync.patch import Plan, attempt
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
    return files.write_back(path, PLAN, before_write, NOW)


def test_the_file_is_written_in_place_with_a_backup_and_an_intent(path: Path) -> None:
    """Same inode, the old bytes beside it, the caller told before the first byte."""
    inode, old = path.stat().st_ino, path.read_bytes()
    seen: list[tuple[Intent, bytes]] = []
    done = write(path, lambda intent: seen.append((intent, intent.backup.read_bytes())))
    assert path.stat().st_ino == inode
    assert read(path).sheet("Phiếu").cells()[4, 2].value == "mới"
    (intent, backup) = seen[0]
    assert backup == old
    assert (intent.before, intent.after) == (files.sha256(old), files.sha256(path.read_bytes()))
    assert (done.before, done.after) == (intent.before, intent.after)
    assert done.cells == {"Phiếu": {(4, 2): "mới"}}
    assert not files.is_register(intent.backup)


def test_a_shorter_file_leaves_no_rest_of_the_longer_one(path: Path) -> None:
    """The file is cut to the new length."""
    path.write_bytes(register(extra={"xl/media/a.bin": os.urandom(5_000)}))
    write(path)
    assert files.take_copy(path).sha256 == files.sha256(path.read_bytes())


@pytest.mark.parametrize(
    ("name", "data", "who"),
    [
        ("~$Sổ theo dõi.xlsx", excel_lock("Trần Hồng"), "Trần Hồng"),
        ("~$Sổ theo dõi.xlsx", b"", "?"),
        (".~lock.Sổ theo dõi.xlsx#", ",hong,máy-3,23.11.2026 08:55,file:///x;".encode(), "hong"),
        (".~lock.Sổ theo dõi.xlsx#", "Trần\\, Hồng,h,m,23.11.2026,x;".encode(), "Trần, Hồng"),
    ],
)
def test_somebody_who_has_it_open_is_named_and_nothing_is_written(
    path: Path, name: str, data: bytes, who: str
) -> None:
    """Excel's and LibreOffice's owner files."""
    lock(path, name, data)
    with pytest.raises(Busy) as busy:
        write(path)
    assert busy.value.who == who
    assert path.read_bytes() == register()


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
        files.write_back(path, PLAN, lambda _: None, NOW, seen="0" * 64)
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
        monkeypatch.setattr(files, "_lease", lambda _: False)
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
    monkeypatch.setattr(files, "_lease", lambda _: False)
    path.chmod(0o640)
    done = write(path)
    assert files.sha256(path.read_bytes()) == done.after
    assert path.stat().st_mode & 0o777 == 0o640
    assert not list(path.parent.glob("*.tmp"))


def test_a_plan_that_is_refused_whole_writes_nothing(path: Path) -> None:
    """No backup, no intent, the refusals in the answer."""
    plan = Plan({("Phiếu", "B3"): "x"})
    done = files.write_back(path, plan, lambda _: pytest.fail("nothing to intend"), NOW)
    assert done.before == done.after
    assert [r.reason for r in done.refusals] == [Reason.HEADER]
    assert not list(path.parent.glob(".*.bak"))


def test_a_half_saved_file_is_not_read_as_a_register(path: Path) -> None:
    """Cut off in the middle: refused, not guessed at."""
    path.write_bytes(register()[:-200])
    with pytest.raises(Refusal):
        files.take_copy(path)


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
    assert files.recover(path, intents[0]) == found
    assert path.read_bytes() == (old if state == "torn" else before)


def test_a_torn_file_without_its_backup_is_said_aloud(path: Path) -> None:
    """Nothing else is put in its place."""
    intent = Intent("a", "b", path.with_name(".none.bak"))
    path.write_bytes(b"PK torn")
    with pytest.raises(Refusal):
        files.recover(path, intent)
    assert path.read_bytes() == b"PK torn"


def test_a_file_rests_when_two_looks_agree_and_are_far_enough_apart(path: Path) -> None:
    """Size and time of change; how long is the caller's to say."""
    sight = files.look(path)
    three, ten = timedelta(seconds=3), timedelta(seconds=10)
    assert files.settled(sight, sight, three, three)
    assert not files.settled(sight, sight, three, ten)
    assert not files.settled(Sight(sight.size, sight.changed_ns - 1), sight, ten, three)


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
