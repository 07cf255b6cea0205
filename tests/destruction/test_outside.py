"""What goes wrong around a daemon, a full disk or a second daemon: it says so, all is made good."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.components import need
from tests.console import run
from tests.destruction import acts, stages
from tests.destruction.acts import in_a_process
from tests.destruction.lives import FORKS, ended, kill, live
from tests.destruction.stages import Stage

pytestmark = pytest.mark.kills
MUCH = 64 * 1024
"""KB of room on a disk that is not small."""


@contextmanager
def small_disk(home: Path) -> Iterator[Callable[[int], None]]:
    """Let a home lie on a disk in memory; gives what sets how many KB of room it has."""
    mount, umount = need("mount"), need("umount")
    before = home.rename(home.with_name(f"{home.name}-before"))
    home.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={MUCH}k", "tmpfs", str(home)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("file systems may not be mounted here")
    try:
        shutil.copytree(before, home, dirs_exist_ok=True)
        yield partial(_has_room, mount, home)
    finally:
        subprocess.run([umount, "--lazy", str(home)], check=True)


def _remount(home: Path, how: str) -> None:
    subprocess.run([need("mount"), "-o", f"remount,{how}", str(home)], check=True)


def _has_room(mount: str, home: Path, kilobytes: int) -> None:
    disk = os.statvfs(home)
    size = (disk.f_blocks - disk.f_bfree) * disk.f_frsize // 1024 + kilobytes
    subprocess.run([mount, "-o", f"remount,size={size}k", str(home)], check=True)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Letters and an edited register wait."""
    with stages.agency(tmp_path_factory.mktemp("outside")) as made:
        yield made


@pytest.mark.parametrize("most", [0, 8_192, 65_536, 300_000])
def test_on_a_full_disk_everything_waits_for_room(stage: Stage, most: int) -> None:
    """Letters, the register, mails and the day's copy: each waits whole, and happens once."""
    assert (stage.home / "record.sqlite").stat().st_size > most
    home = stage.copy()
    assert in_a_process(acts.on_a_full_disk, home, 0, MAILFLOW_MOST=str(most)) == 1
    assert stage.compared(home, numbered=False) == []


@pytest.mark.parametrize("room", [0, 64, 256, 1_024])
def test_on_a_small_disk_nothing_is_half_done(stage: Stage, room: int) -> None:
    """A file system of its own with so many KB of room; when there is more, all happens once."""
    home = stage.copy()
    with small_disk(home) as has_room:
        has_room(room)
        assert in_a_process(acts.one_round, home, 0) == 1
        has_room(MUCH)
        assert stage.compared(home, numbered=False) == []


def test_on_a_disk_set_read_only_nothing_is_touched(stage: Stage) -> None:
    """As the system sets it after a fault: a sentence; writable again, all happens."""
    home = stage.copy()
    with small_disk(home):
        _remount(home, "ro")
        said = run(home, "run", "--once")
        checked = run(home, "check")
        _remount(home, "rw")
        assert said.returncode == 1
        assert said.stderr.endswith("Read-only file system; see: mailflow check\n")
        assert "its file system is read-only" in " ".join(checked.stdout.split())
        assert stage.compared(home) == []


def test_a_register_whose_disk_is_full_comes_back_whole(stage: Stage) -> None:
    """Half of it was written: its old bytes come back, then what was to be written."""
    code, faults = stage.upset(acts.register_on_a_full_disk)
    assert code == 1
    assert faults == []


def test_two_daemons_whose_lock_does_not_hold_take_each_letter_once(stage: Stage) -> None:
    """As on a folder where locks are not kept: for letters and mails the record's leases do."""
    home = stage.copy()
    alone: tuple[object, ...] = (acts.without_a_lock, home, (0,), {})
    both = [FORKS.Process(target=acts.child, args=alone) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        ended(process)
    assert stage.compared(home, numbered=False) == []


def test_a_second_daemon_is_sent_away_and_the_first_works_on(stage: Stage) -> None:
    """Started by mistake: it ends with a sentence, exit code 1, and has touched nothing."""
    home = stage.copy()
    first = live(home)
    _wait_for(home / "mailflow.lock")
    assert ended(live(home)) == 1
    said = (home / "log/daemon.log").read_text(encoding="utf-8")
    assert f"another Mailflow works in {home}; stop it first" in said
    assert kill(first)
    assert stage.compared(home) == []


def _wait_for(path: Path) -> None:
    while not (path.exists() and path.read_text(encoding="ascii")):
        pass
