"""One daemon per home, whatever became of the last one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailflow.daemon.lock import NAME, only_one
from mailflow.errors import Temporary

HOLDER = """
import sys, time
from pathlib import Path
from mailflow.daemon.lock import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_refused_while_the_first_works(tmp_path: Path) -> None:
    """The home is named; when the first has ended, the next may come."""
    with (
        only_one(tmp_path),
        pytest.raises(Temporary, match="another") as refused,
        only_one(tmp_path),
    ):
        pass
    assert str(tmp_path) in str(refused.value)
    with only_one(tmp_path):
        assert (tmp_path / NAME).read_text() == f"{os.getpid()}\n"


def test_two_homes_do_not_hinder_each_other(tmp_path: Path) -> None:
    """The lock belongs to the home."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with only_one(tmp_path / "a"), only_one(tmp_path / "b"):
        assert (tmp_path / "b" / NAME).exists()


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    """Refused while another process lives, free once it was killed by SIGKILL."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Temporary), only_one(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        with only_one(tmp_path):
            assert (tmp_path / NAME).read_text() == f"{os.getpid()}\n"
    finally:
        holder.kill()
        holder.communicate()


def test_a_home_that_went_away_is_a_sentence(tmp_path: Path) -> None:
    """As one that cannot be written: what is wrong, and who says more."""
    said = r"cannot be written: No such file .*; see: mailflow check"
    with pytest.raises(Temporary, match=said), only_one(tmp_path / "gone"):
        pass
