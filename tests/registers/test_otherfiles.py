"""Files of other formats beside the register: read once, told of, nothing of them taken up."""

import pytest

from mailflow.demo import cast
from mailflow.registers import otherfiles
from mailflow.registers.columns import CODE, HEADERS, NOTE
from mailflow.registers.lines import Line
from tests.registers.keeping import Keeping


def noted(keeping: Keeping) -> tuple[Line, ...]:
    """What is told of the files beside the register in one look."""
    (register,) = keeping.house.settings.registers
    return otherfiles.take_note(keeping.open_work, keeping.house, register, keeping.now)


def as_csv(keeping: Keeping, code: str, note: str) -> bytes:
    """The register's row as Excel saves it under Vietnamese settings."""
    row = {**dict.fromkeys(HEADERS, ""), CODE: code, NOTE: note}
    lines = (";".join(HEADERS), ";".join(row[header] for header in HEADERS))
    return "\r\n".join(lines).encode("utf-8-sig")


def test_a_csv_saved_beside_the_register_is_a_proposal_told_once(keeping: Keeping) -> None:
    """The keeper hears what it says and is asked for an .xlsx; register and file stay."""
    code = keeping.opens()
    before = keeping.path.read_bytes()
    file = keeping.path.with_suffix(".csv")
    file.write_bytes(as_csv(keeping, code, "ghi ở csv"))

    first, *others = noted(keeping)
    assert (first.where, ".xlsx" in first.do) == (file.name, True)
    assert ("ghi ở csv", NOTE) in [(line.typed, line.column) for line in others]
    assert keeping.path.read_bytes() == before
    assert noted(keeping) == ()
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"<html><table></table></html>", "trang web"),
        (b"a;b\n1;2\n", "không thấy bảng"),
    ],
)
def test_one_that_cannot_be_read_is_told_with_its_reason(
    keeping: Keeping, data: bytes, why: str
) -> None:
    """Once, and again when it changes."""
    keeping.opens()
    file = keeping.path.with_name(f"{keeping.path.stem} (1).xls")
    file.write_bytes(data)

    (line,) = noted(keeping)
    assert why in line.why
    assert noted(keeping) == ()
    file.write_bytes(data + b" ")
    assert len(noted(keeping)) == 1


def test_other_files_of_the_folder_are_left_alone(keeping: Keeping) -> None:
    """Only what bears the register's name is meant for it."""
    keeping.opens()
    keeping.path.with_name("danh bạ.csv").write_bytes(b"a;b\n")
    assert noted(keeping) == ()
