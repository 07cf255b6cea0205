"""An agency with a request that went a long way, and a folder with its pack unpacked."""

import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailflow.actions import packing
from mailflow.demo import cast
from mailflow.evidence.pack import write_pack
from tests.conversations.agency import REPORT, Agency

PHOTO = b"\xff\xd8\xff\xe0" + b"anh chup" * 50 + b"\xff\xd9"
EVIL = "../../etc/Ảnh chụp <gốc>.jpg"


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """A fresh agency, closed at the end."""
    made = Agency(tmp_path / "home")
    yield made
    made.service.close()


@dataclass(frozen=True)
class Unpacked:
    """A pack unpacked into a folder."""

    folder: Path
    names: list[str]

    def of(self, code: str) -> Path:
        """Give a request's folder."""
        return self.folder / "HO-SO" / code

    def files(self, code: str, start: str) -> list[Path]:
        """List a request's files whose names go on like this behind the number."""
        return sorted(f for f in self.of(code).iterdir() if f.name[5:].startswith(start))

    def checked(self) -> subprocess.CompletedProcess[str]:
        """Check the folder as anybody can."""
        return subprocess.run(
            ["/usr/bin/sha256sum", "--strict", "-c", "MANIFEST.sha256"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


def packed(agency: Agency, codes: Sequence[str], out: Path) -> bytes:
    """Write the pack of requests; gives its bytes."""
    with agency.service.open_work(reading=True) as work:
        write_pack(work, agency.service.house, codes, packing.title(codes, ""), out)
    return out.read_bytes()


def unpack(pack: Path, folder: Path) -> Unpacked:
    """Unpack a pack with another program than ours would be; names are checked by the caller."""
    with zipfile.ZipFile(pack) as book:
        assert book.testzip() is None
        names = book.namelist()
        book.extractall(folder)
    return Unpacked(folder, names)


def with_photo(agency: Agency) -> str:
    """Report a nonconformity with a photo of a hostile name; gives the code."""
    agency.writes(cast.CLERK, REPORT, files=((EVIL, PHOTO),))
    return agency.codes()[-1]
