"""`mailflow record pack|disposals`: what is kept, handed on; what is no longer, listed."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from mailflow.actions.execute import execute
from mailflow.clock import system_clock
from mailflow.demo import cast
from mailflow.procedure.request import Command, Via
from mailflow.procedure.terms import Act
from mailflow.wiring import open_service
from tests.cli.conftest import Lived, Mailflow


def unpacked(pack: Path, folder: Path) -> list[str]:
    """Unpack and check a pack; gives the names of the requests in it."""
    with zipfile.ZipFile(pack) as book:
        book.extractall(folder)
    said = subprocess.run(
        ["/usr/bin/sha256sum", "--quiet", "-c", "MANIFEST.sha256"], cwd=folder, check=False
    )
    assert said.returncode == 0
    return sorted(f.name for f in (folder / "HO-SO").iterdir())


def test_a_code_packs_one_request_and_a_year_all(
    mailflow: Mailflow, lived: Lived, tmp_path: Path
) -> None:
    """Each checked by sha256sum after unpacking."""
    one, year = tmp_path / "one.zip", tmp_path / "year.zip"
    said = mailflow("--home", lived.home, "record", "pack", lived.failed.lower(), one)
    assert (said.code, said.out) == (0, f"{one}: 1\n")
    assert unpacked(one, tmp_path / "one") == [lived.failed]
    said = mailflow("--home", lived.home, "record", "pack", "2026", year)
    assert (said.code, said.out) == (0, f"{year}: 3\n")
    assert unpacked(year, tmp_path / "year") == [lived.failed, lived.followed, lived.waiting]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("2019", "no request was opened in 2019"),
        ("CTCL-2026-0001-X", "is neither a code nor a year; is it CTCL-2026-0001-B?"),
        ("hop-2026", "is neither a code nor a year"),
    ],
)
def test_what_is_not_there_is_said(
    mailflow: Mailflow, lived: Lived, tmp_path: Path, what: str, said: str
) -> None:
    """Exit code 1, one sentence, no file."""
    answer = mailflow("--home", lived.home, "record", "pack", what, tmp_path / "p.zip")
    assert answer.code == 1
    assert said in answer.err
    assert list(tmp_path.glob("p.zip*")) == []


def test_what_was_disposed_of_is_listed(mailflow: Mailflow, home: Path, tmp_path: Path) -> None:
    """Code, number, unit, who decided and by which letter; a pack says so instead of papers."""
    assert mailflow("--home", home, "record", "disposals", "--json").json == []
    service = open_service(home, system_clock, with_pdf=False)
    now = system_clock()
    with service.open_work() as work:
        world = service.house.world(now)
        said = {"kind": "improvement", "content": "Việc cũ", "unit": cast.ONE_STOP}
        via = Via("letter", "7")
        (opened,) = execute(
            work, service.house, Command(Act.REPORT, "", None, said, cast.CLERK.id, via), world
        )
        code = opened.code or ""
        gone = Command(Act.WITHDRAW, "", code, {"reason": "x"}, cast.CLERK.id, via, "token")
        execute(work, service.house, gone, world)
        row = work.requests.row(code)
        assert row
        work.disposals.decide([row], via, now, cast.SECRETARY.id)
        work.disposals.carry_out([code], Via("program", "disposals"), now)
        work.keep()
    service.close()
    (line,) = mailflow("--home", home, "record", "disposals", "--json").json
    assert (line["code"], line["letter"], line["by"]) == (code, "7", cast.SECRETARY.id)
    shown = mailflow("--home", home, "record", "disposals").out
    assert cast.SECRETARY.name in shown
    assert "Việc cũ" not in shown
    mailflow("--home", home, "record", "pack", code, tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as book:
        assert "Đã hủy hồ sơ" in book.read("MUC-LUC.html").decode()
    assert mailflow("--home", home, "record", "verify").code == 0
