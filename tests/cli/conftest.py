"""The console called as people call it, and a home that has lived a little."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from mailflow.cli import main
from mailflow.demo import cast
from tests.conversations.agency import REPORT, Agency

COMPLETION = "Đã hoàn thành\nKết quả: Đã ban hành quy trình\nBằng chứng: quy trình số 4"
FAILURE = "Không có hiệu lực\nBằng chứng đã kiểm tra: 10 lượt dân\nNội dung chưa đạt: vẫn chờ lâu"


@dataclass(frozen=True)
class Said:
    """What a call of the console printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read what was printed as JSON."""
        return json.loads(self.out)


Mailflow = Callable[..., Said]


@dataclass(frozen=True)
class Lived:
    """A home with a failed request, the one that followed it, and one that waits."""

    home: Path
    failed: str
    followed: str
    waiting: str


@pytest.fixture
def mailflow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Mailflow]:
    """Call the console with words as typed after `mailflow`."""

    def call(*words: str | Path) -> Said:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["mailflow", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Said(int(ended.value.code or 0), printed.out, printed.err)

    yield call
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Tests that share it only read."""
    agency = Agency(tmp_path_factory.mktemp("lived") / "home")
    failed = agency.implementing()
    agency.replies(cast.PLANNER, COMPLETION, failed)
    agency.wait(days=21)
    agency.replies(cast.HEAD, FAILURE, failed)
    followed = agency.request(failed).successor
    agency.writes(cast.CLERK, REPORT)
    agency.receives(b"  \r\n")
    agency.service.close()
    assert followed is not None
    return Lived(agency.home, failed, followed, agency.codes()[-1])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where nothing has happened yet."""
    agency = Agency(tmp_path / "home")
    agency.service.close()
    return agency.home
