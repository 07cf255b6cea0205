"""The zip around a workbook: hostile ones are refused early, others are given back as they were."""

import io
import resource
import zipfile
from pathlib import Path

import pytest

from tests.workbook_sync.samples import package, parts_of, register, sheet, workbook
from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import Caps, open_package, rewrite
from workbook_sync.read import read


def refused(data: bytes, caps: Caps | None = None) -> Reason:
    """Why these bytes are refused when read."""
    with pytest.raises(Refusal) as refusal:
        read(data, caps) if caps else read(data)
    return refusal.value.reason


@pytest.mark.threat("zip and XML bombs")
def test_a_bomb_of_blanks_is_refused_before_it_is_unpacked() -> None:
    """Sixty megabytes in sixty kilobytes: no memory is spent on it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(64):
            part.write(b" " * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(out.getvalue()) is Reason.TOO_BIG
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


@pytest.mark.parametrize(
    "caps", [Caps(packed=100), Caps(parts=2), Caps(total=1_000), Caps(ratio=1, ratio_from=100)]
)
def test_every_cap_is_checked(caps: Caps) -> None:
    """Packed size, number of parts, unpacked size, and ratio."""
    assert refused(register(), caps) is Reason.TOO_BIG


def test_a_file_over_the_cap_is_not_even_read(tmp_path: Path) -> None:
    """Its size on disk is enough."""
    path = tmp_path / "sổ.xlsx"
    path.write_bytes(register())
    with pytest.raises(Refusal) as refusal:
        open_package(path, Caps(packed=50))
    assert refusal.value.reason is Reason.TOO_BIG


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_A_WORKBOOK),
        (b"Ma;Noi dung\n1;x", Reason.NOT_A_WORKBOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.OLD_FORMAT),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            Reason.ENCRYPTED,
        ),
        (package({"mimetype": "application/vnd.oasis"}), Reason.NOT_A_WORKBOOK),
        (package({"xl/workbook.xml": "<workbook"}), Reason.BAD_XML),
        (package({"xl/workbook.xml": "<w/>", "XL/Workbook.xml": "<w/>"}), Reason.BAD_PACKAGE),
    ],
)
def test_what_is_no_workbook_is_named(data: bytes, reason: Reason) -> None:
    """Old, encrypted, foreign, broken and ambiguous files each have their own reason."""
    assert refused(data) is reason


def test_a_damaged_part_is_refused_not_read() -> None:
    """A flipped byte breaks the checksum."""
    data = bytearray(register())
    info = open_package(bytes(data)).infos[2]
    data[info.header_offset + 30 + len(info.filename) + 12] ^= 0xFF
    assert refused(bytes(data)) in (Reason.BAD_PACKAGE, Reason.BAD_XML)


def test_rewriting_keeps_every_other_part_packed_as_it_was() -> None:
    """Order, time stamps, comments and the packed bytes themselves."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, method in (("a", 0), ("b", 8), ("ghi chú.xml", 8)):
            info = zipfile.ZipInfo(name, (2026, 3, 5, 9, 12, 4))
            info.compress_type, info.comment = method, b"kept"
            archive.writestr(info, name * 50)
        archive.comment = b"whole"
    old = open_package(out.getvalue())
    new = open_package(rewrite(old, {"b": b"new", "c": b"added"}))
    assert new.names == ["a", "b", "ghi chú.xml", "c"]
    assert (new.read("b"), new.read("c"), new.comment) == (b"new", b"added", b"whole")
    for place in (0, 2):
        one, other = old.infos[place], new.infos[place]
        assert (one.date_time, one.comment) == (other.date_time, other.comment)
        assert old.raw(one) == new.raw(other)


def test_sizes_written_after_a_part_move_into_its_header() -> None:
    """Files made by streaming (flag bit 3) are given back without it."""

    class Unseekable(io.RawIOBase):
        """Forces the writer to put sizes after the data."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override] # only bytes come here
            self.data += data
            return len(data)

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "x" * 99)
        archive.writestr("b", "y" * 99)
    old = open_package(bytes(out.data))
    assert old.infos[0].flag_bits & 0x8
    new = open_package(rewrite(old, {"b": b"z"}))
    new.test()
    assert not new.infos[0].flag_bits & 0x8
    assert new.read("a") == b"x" * 99


def test_zip64_is_refused_for_writing() -> None:
    """Nothing is rewritten that is not understood to the byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=True) as part:
        part.write(b"x")
    with pytest.raises(Refusal) as refusal:
        rewrite(open_package(out.getvalue()), {})
    assert refusal.value.reason is Reason.BAD_PACKAGE


def test_part_names_are_found_whatever_their_case_and_slashes() -> None:
    """Some writers disagree with themselves."""
    parts = parts_of(workbook({"S": sheet("<row><c><v>1</v></c></row>")}))
    renamed = {name.replace("sheet1.xml", "Sheet1.XML"): data for name, data in parts.items()}
    assert read(package(renamed)).sheets[0].rows[0].cells[0].value == 1
