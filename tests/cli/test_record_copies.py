"""`mailflow record backup|restore|rebuild` as an operator types them."""

import shutil
from pathlib import Path

import pytest

from mailflow.daemon import lock
from tests.cli.conftest import Lived, Mailflow
from tests.record.samples import tamper

pytestmark = pytest.mark.sqlite("its file is copied and put back")


@pytest.fixture
def own(lived: Lived, tmp_path: Path) -> Path:
    """A home that has lived a little, of the test's own."""
    return Path(shutil.copytree(lived.home, tmp_path / "own"))


def test_a_copy_made_is_put_back(mailflow: Mailflow, own: Path) -> None:
    """It says where the old record is kept and what to do with the letters since."""
    made = mailflow("--home", own, "record", "backup")
    assert made.code == 0
    said = mailflow("--home", own, "record", "restore", made.out.strip())
    assert said.code == 0
    assert "before-restore" in said.out
    assert '"Đã xử lý" back into' in " ".join(said.out.split())
    assert mailflow("--home", own, "record", "verify").out.strip() == "the record is whole"


def test_nothing_is_put_back_under_a_running_service(mailflow: Mailflow, own: Path) -> None:
    """The service holds the home; the record stays as it is."""
    made = mailflow("--home", own, "record", "backup")
    with lock.only_one(own):
        said = mailflow("--home", own, "record", "restore", made.out.strip())
    assert said.code == 1
    assert "stop it first" in said.err


def test_what_is_no_copy_is_refused(mailflow: Mailflow, own: Path, tmp_path: Path) -> None:
    """Another file, or none at all: a sentence, and nothing is touched."""
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"no database at all")
    for path in (other, tmp_path / "nowhere.sqlite"):
        said = mailflow("--home", own, "record", "restore", path)
        assert said.code == 1
        assert "restore:" in said.err
    assert mailflow("--home", own, "record", "verify").code == 0


def test_a_record_is_rebuilt_and_put_back(mailflow: Mailflow, own: Path) -> None:
    """A table says how many rows there were and are; the new one is put in its place."""
    new = own / "new.sqlite"
    said = mailflow("--home", own, "record", "rebuild", new)
    assert said.code == 0
    assert f"mailflow record restore {new}" in said.out
    assert "Not had whole" not in said.out
    assert mailflow("--home", own, "record", "restore", new).code == 0
    assert mailflow("--home", own, "record", "verify").out.strip() == "the record is whole"


def test_what_a_rebuilt_record_lacks_is_listed(mailflow: Mailflow, own: Path) -> None:
    """What the journal set right, what could not be had, what `verify` will say; exit code 1."""
    tamper(
        own / "record.sqlite",
        "UPDATE requests SET unit = 'x' WHERE seq = 1",
        "DELETE FROM blobs WHERE sha256 = (SELECT blob FROM letters WHERE id = 1)",
    )
    shutil.rmtree(own / "backup")
    said = mailflow("--home", own, "record", "rebuild", own / "new.sqlite")
    assert said.code == 1
    for words in ("unit was 'x'", "letters 1: its bytes", "go on telling:\n  blob"):
        assert words in said.out
    said = mailflow("--home", own, "record", "rebuild", own / "again.sqlite", "--json")
    assert said.code == 1
    assert said.json["rows"]["letters"] == [10, 10]
    assert [len(said.json[name]) for name in ("righted", "lost", "faults")] == [1, 1, 1]


def test_no_record_is_rebuilt_under_a_running_service(mailflow: Mailflow, own: Path) -> None:
    """What is written meanwhile would be missing in the new one."""
    with lock.only_one(own):
        said = mailflow("--home", own, "record", "rebuild", own / "new.sqlite")
    assert said.code == 1
    assert "stop it first" in said.err
    assert not (own / "new.sqlite").exists()
