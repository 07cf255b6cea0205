"""A register on a real file server, while other machines read it, hold it open, save over it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.samba import PASSWORD, Samba, samba
from tests.workbook_sync.samples import register
from workbook_sync import files, shares
from workbook_sync.errors import Busy, Changed, Owner
from workbook_sync.files import Intent
from workbook_sync.patch import Plan
from workbook_sync.places import Address, Local, share_address
from workbook_sync.read import read
from workbook_sync.shares import Shared

NAME = "Sổ theo dõi.xlsx"
PLAN = Plan({("Phiếu", "B4"): "mới"})
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Samba]:
    """One server for all stories of this file."""
    with samba() as running:
        yield running


@pytest.fixture
def place(server: Samba) -> Iterator[Shared]:
    """A register of its own on the share, reached from elsewhere."""
    for left in server.folder.iterdir():
        left.unlink()
    (server.folder / NAME).write_bytes(register())
    with shares.reached(server.address(NAME), server.user, PASSWORD) as reached:
        yield reached


def intends(_: Intent) -> None:
    """Keep nothing."""


def on_disk(server: Samba) -> bytes:
    """What the server has."""
    return (server.folder / NAME).read_bytes()


def test_a_register_on_a_share_is_written_in_place(server: Samba, place: Shared) -> None:
    """Same file, the old bytes beside it, and nothing else left there."""
    before = (server.folder / NAME).stat().st_ino
    seen: list[Intent] = []
    done = files.write_back(place, PLAN, seen.append, NOW)
    assert (server.folder / NAME).stat().st_ino == before
    assert files.sha256(on_disk(server)) == done.after == seen[0].after
    assert read(on_disk(server)).sheet("Phiếu").cells()[4, 2].value == "mới"
    assert (server.folder / f".{NAME}.bak").read_bytes() == register()
    assert place.listing() == sorted([f".{NAME}.bak", NAME])


def test_a_large_file_arrives_whole_and_a_shorter_one_is_cut(server: Samba, place: Shared) -> None:
    """More than one message in each direction."""
    large = bytes(range(256)) * 20_000
    place.keep(large)
    assert place.read() == large == on_disk(server)
    with place.held() as held:
        assert held.read() == large
        held.write(b"short")
    assert on_disk(server) == b"short"


@pytest.mark.parametrize("share", ["r", "rw", "rwd"])
def test_while_another_machine_has_it_open_it_can_be_read_and_not_written(
    server: Samba, place: Shared, share: str
) -> None:
    """Excel denies writing; others deny nothing: neither is written under. Closed, it is."""
    with server.client(NAME, share=share) as excel:
        assert files.take_copy(place).data == register()
        with pytest.raises(Busy):
            files.write_back(place, PLAN, intends, NOW)
        excel.write(b"half")
        excel.flush()
        assert on_disk(server)[:4] == b"half"
        excel.seek(0)
        excel.write(register()[:4])
    assert on_disk(server) == register()
    assert files.write_back(place, PLAN, intends, NOW).cells == {"Phiếu": {(4, 2): "mới"}}


def test_what_the_other_machine_saves_before_it_closes_is_not_lost(
    server: Samba, place: Shared
) -> None:
    """Our plan was made from the older bytes: it is dropped, theirs stay."""
    seen = files.take_copy(place).sha256
    with server.client(NAME) as excel:
        with pytest.raises(Busy):
            files.write_back(place, PLAN, intends, NOW, seen)
        theirs = register(after="<pageMargins/>")
        excel.write(theirs)
        excel.truncate(len(theirs))
    with pytest.raises(Changed):
        files.write_back(place, PLAN, intends, NOW, seen)
    assert on_disk(server) == theirs


def test_nobody_comes_in_while_it_is_being_written(server: Samba, place: Shared) -> None:
    """The other machine is told that it is taken, and finds the whole new file a moment later."""

    def try_to_open(_: Intent) -> None:
        with pytest.raises(OSError, match="used by another process"), server.client(NAME):
            pass

    done = files.write_back(place, PLAN, try_to_open, NOW)
    with server.client(NAME) as excel:
        assert files.sha256(excel.read()) == done.after


def test_on_the_server_itself_a_client_is_noticed_as_well(server: Samba, place: Shared) -> None:
    """The service runs where the share lies and uses the folder: no lease while a client is in."""
    local = Local(server.folder / NAME)
    with server.client(NAME, share="rwd"), pytest.raises(Busy):
        files.write_back(local, PLAN, intends, NOW)
    assert on_disk(server) == register()
    assert files.write_back(local, PLAN, intends, NOW).cells == {"Phiếu": {(4, 2): "mới"}}
    with server.client(NAME) as excel:
        assert excel.read() == on_disk(server)


def test_a_file_that_is_closed_to_all_is_being_saved(server: Samba, place: Shared) -> None:
    """It cannot even be read, which is no fault of the share."""
    with server.client(NAME, share=None), pytest.raises(Busy):
        files.take_copy(place)


def test_the_owner_file_on_the_share_says_who_has_it_open(server: Samba, place: Shared) -> None:
    """Also when its program lets nobody read it."""
    lock = f".~lock.{NAME}#"
    (server.folder / lock).write_text(",Hồng,KETOAN-03,23.11.2026 08:55,x;", encoding="utf-8")
    with pytest.raises(Busy) as busy:
        files.write_back(place, PLAN, intends, NOW)
    assert busy.value.owner == Owner("Hồng", "KETOAN-03")
    with server.client(lock, share=None):
        assert files.owner(place, NOW) == Owner("")
    (server.folder / lock).unlink()
    assert files.owner(place, NOW) is None


def test_a_new_register_on_a_share_never_covers_another_file(server: Samba, place: Shared) -> None:
    """Theirs stays, and nothing of ours is left beside it."""
    with pytest.raises(FileExistsError):
        place.create(b"new")
    assert on_disk(server) == register()
    place.beside("Mới.xlsx").create(b"new")
    assert (server.folder / "Mới.xlsx").read_bytes() == b"new"
    assert place.listing() == sorted([NAME, "Mới.xlsx"])


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from workbook_sync import files, shares
from workbook_sync.patch import Plan
from workbook_sync.places import share_address

class Dying(shares._Remote):
    def write(self, data):
        self._handle.seek(0)
        self._handle.write(data[: int(len(data) * float(sys.argv[4]))])
        self._handle.flush()
        os.kill(os.getpid(), signal.SIGKILL)

address, user, password = sys.argv[1:4]
shares._Remote = Dying
files.pause = lambda seconds: None
def intends(intent):
    print(intent.before, intent.after, flush=True)
with shares.reached(share_address(address), user, password) as place:
    plan = Plan({("Phiếu", "B4"): "mới"})
    files.write_back(place, plan, intends, datetime(2026, 11, 23, 9, tzinfo=UTC))
"""


@pytest.mark.parametrize(("share", "found"), [(0.0, "untouched"), (0.6, "restored")])
def test_killed_in_the_middle_of_the_bytes_the_old_ones_come_back(
    server: Samba, place: Shared, share: float, found: str
) -> None:
    """The server drops the dead handle; the file is put back and then written."""
    said = [str(place.address), server.user, PASSWORD, str(share)]
    died = subprocess.run([sys.executable, "-c", KILLED, *said], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    intent = Intent(*died.stdout.decode().split())
    assert (on_disk(server) == register()) is (found == "untouched")

    with server.client(NAME, "rb", "rwd"), pytest.raises(Busy):
        files.recover(place, intent) if found == "restored" else files.write_back(
            place, PLAN, intends, NOW
        )
    assert files.recover(place, intent) == found
    assert on_disk(server) == register()
    assert files.write_back(place, PLAN, intends, NOW).after == intent.after


def test_what_is_not_there_and_what_cannot_be_reached_are_two_things(
    server: Samba, place: Shared
) -> None:
    """A missing file may be made again; a missing share, server or login may not."""
    with pytest.raises(FileNotFoundError):
        place.beside("none.xlsx").look()
    for address, password in (
        (server.address("x.xlsx", "none"), PASSWORD),
        (Address("127.0.0.1", "none", "", "x.xlsx", server.port), PASSWORD),
        (server.address(NAME), "wrong"),
        (Address("127.0.0.1", "chung", "", "x.xlsx", 1), PASSWORD),
    ):
        with (
            shares.reached(address, server.user, password) as reached,
            pytest.raises(OSError, match="smb://"),
        ):
            reached.listing()


def test_a_password_is_in_no_error_and_no_value_shown(server: Samba) -> None:
    """They end up in logs."""
    with shares.reached(server.address(NAME), server.user, "hush-hush") as reached:
        with pytest.raises(OSError, match="smb://") as refused:
            reached.read()
        shown = f"{refused.value!r} {refused.value} {reached!r} {reached} {reached.login!r}"
    assert "hush" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "smb://maychu/chung/Sổ theo dõi.xlsx",
        "smb://10.0.0.5:1445/chung/ISO/2026/Sổ #1 50%.xlsx",
    ],
)
def test_an_address_reads_as_it_is_written(text: str) -> None:
    """Letters, spaces, # and % as they stand in the file's name."""
    address = share_address(text)
    assert str(address) == text
    assert address.name == text.rsplit("/", 1)[1]


@pytest.mark.parametrize(
    "text",
    [
        "smb://maychu",
        "smb://maychu/chung",
        "smb://a:b@c/d/e.xlsx",
        "smb://m/c/../e.xlsx",
        "http://m/c",
    ],
)
def test_another_address_is_refused(text: str) -> None:
    """Also one that would step out of the share, or holds a password."""
    with pytest.raises(ValueError, match=r"is not like smb://|no share takes") as refused:
        share_address(text)
    assert text not in str(refused.value)
