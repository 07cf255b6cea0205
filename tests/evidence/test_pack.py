"""A pack holds everything, in order, and proves it with nothing of ours."""

import email
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mailflow.demo import cast
from mailflow.errors import MailflowError
from tests.conversations.agency import Agency
from tests.evidence.conftest import PHOTO, packed, unpack, with_photo

SAFE = re.compile(r"(HO-SO/[A-Z0-9-]+/)?[A-Za-z0-9][A-Za-z0-9.-]*")


@pytest.mark.clause("VII.1")
def test_every_letter_mail_and_file_is_in_it_in_order_of_time(
    agency: Agency, tmp_path: Path
) -> None:
    """What came and went, byte for byte, numbered as it happened; each form and photo as a file."""
    code = with_photo(agency)
    agency.replies(cast.ONE_STOP_HEAD, "Chuyển đơn vị\nĐơn vị: PKH\nLý do: Của phòng bạn", code)
    packed(agency, [code], tmp_path / "p.zip")
    pack = unpack(tmp_path / "p.zip", tmp_path / "p")

    with agency.service.open_work(reading=True) as work:
        came = [work.letters.raw(n) for n in sorted(work.papers.letters_of(code))]
        sent = {n.status for n in work.notices.list(99, request=code)}
    assert pack.files(code, "thu-den-")[0].read_bytes() == came[0]
    assert len(pack.files(code, "thu-den-")) == len(came) == 2
    assert len(pack.files(code, "thu-di-")) == len(agency.post.mails)
    assert sent == {"sent"}
    (photo,) = pack.files(code, "tep-anh-chup")
    assert photo.read_bytes() == PHOTO
    assert any(f.suffix == ".docx" for f in pack.files(code, "tep-"))
    dates = [
        email.message_from_bytes(file.read_bytes())["Date"]
        for file in sorted(pack.of(code).glob("*.eml"))
    ]
    moments = [email.utils.parsedate_to_datetime(str(date)) for date in dates]
    assert moments == sorted(moments)


@pytest.mark.clause("VII.1")
def test_sha256sum_says_ok_and_finds_a_change(agency: Agency, tmp_path: Path) -> None:
    """The manifest is one that the system's own program reads, and names every file."""
    code = with_photo(agency)
    packed(agency, [code], tmp_path / "p.zip")
    pack = unpack(tmp_path / "p.zip", tmp_path / "p")
    said = pack.checked()
    assert (said.returncode, said.stderr) == (0, "")
    listed = {line.partition(": ")[0] for line in said.stdout.splitlines()}
    assert listed == set(pack.names) - {"MANIFEST.sha256"}
    changed = pack.files(code, "thu-den-")[0]
    changed.write_bytes(changed.read_bytes() + b"!")
    assert pack.checked().returncode == 1


def lines(file: Path) -> list[Any]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def chain_faults(folder: Path) -> list[int]:
    """Recompute the journal's chain from a pack, as its index explains it."""

    def h(text: str) -> str:
        return sha256(text.encode()).hexdigest()

    def dumps(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    first, *chain = lines(folder / "CHUOI-NHAT-KY.jsonl")
    befores = [first["before"], *(line["hash"] for line in chain)]
    pairs = zip(befores, chain, strict=False)
    faults = [line["seq"] for before, line in pairs if h(before + line["body"]) != line["hash"]]
    bodies = {line["seq"]: line["body"] for line in chain}
    personal = ("by", "entered_by", "fields", "notes")
    for row in (row for f in folder.rglob("NHAT-KY.jsonl") for row in lines(f)):
        rest = {k: v for k, v in row.items() if k not in ("hash", "salt", *personal)}
        sealed = h(row["salt"] + dumps({k: row[k] for k in personal}))
        if sealed != row["sealed"] or h(dumps(rest)) != bodies[row["seq"]]:
            faults.append(row["seq"])
    return faults


def test_the_journal_chain_is_recomputed_from_the_pack_alone(
    agency: Agency, tmp_path: Path
) -> None:
    """Its rows, and those of others between them as hashes, without a word of theirs."""
    code = with_photo(agency)
    agency.writes(cast.PLANNER, "Báo cáo không phù hợp\nViệc riêng của phòng khác.")
    agency.replies(cast.ONE_STOP_HEAD, "Chuyển đơn vị\nĐơn vị: PKH\nLý do: Của phòng bạn", code)
    packed(agency, [code], tmp_path / "p.zip")
    pack = unpack(tmp_path / "p.zip", tmp_path / "p")
    assert chain_faults(pack.folder) == []
    assert "Việc riêng" not in (pack.folder / "CHUOI-NHAT-KY.jsonl").read_text(encoding="utf-8")
    journal = pack.of(code) / "NHAT-KY.jsonl"
    rows = lines(journal)
    assert [row["act"] for row in rows] == ["report", "transfer"]
    journal.write_text(journal.read_text(encoding="utf-8").replace("Trả thiếu", "Trả đủ"), "utf-8")
    assert chain_faults(pack.folder) == [rows[0]["seq"]]


def test_the_same_record_makes_the_same_bytes(agency: Agency, tmp_path: Path) -> None:
    """Days later too, and names are sorted."""
    code = with_photo(agency)
    once = packed(agency, [code], tmp_path / "1.zip")
    agency.clock.now = agency.clock.now.replace(year=2027)
    assert packed(agency, [code], tmp_path / "2.zip") == once
    names = unpack(tmp_path / "1.zip", tmp_path / "p").names
    assert names == sorted(names)


def test_names_are_safe_whatever_people_called_their_files(agency: Agency, tmp_path: Path) -> None:
    """No path out of the folder, nothing but ASCII letters, digits, hyphens and dots."""
    code = with_photo(agency)
    packed(agency, [code], tmp_path / "p.zip")
    for name in unpack(tmp_path / "p.zip", tmp_path / "p").names:
        assert SAFE.fullmatch(name), name
        assert ".." not in name
    for file in (tmp_path / "p").rglob("*"):
        assert (tmp_path / "p").resolve() in file.resolve().parents


def test_the_index_names_who_when_and_by_which_proof(agency: Agency, tmp_path: Path) -> None:
    """In Vietnamese, with every file linked; what is shared is said."""
    first, second = with_photo(agency), agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD, second)
    agency.post.reply(
        cast.ONE_STOP_HEAD,
        asked,
        f"{second}: Chuyển đơn vị\nĐơn vị: PKH\nLý do: Của phòng bạn\n\n"
        f"{first}: Bổ sung bằng chứng\nBằng chứng: Biên bản số 1",
    )
    agency.wait(hours=0.1)
    assert len(agency.request(first).entries) == 2, agency.letter().reason
    packed(agency, [first], tmp_path / "p.zip")
    pack = unpack(tmp_path / "p.zip", tmp_path / "p")
    page = (pack.of(first) / "MUC-LUC.html").read_text(encoding="utf-8")
    assert cast.CLERK.name in page
    assert "02/3/2026 08:0" in page
    assert f"Thư còn nói về phiếu {second}" in page
    for file in pack.of(first).iterdir():
        assert file.name == "MUC-LUC.html" or f'href="{file.name}"' in page
    top = (pack.folder / "MUC-LUC.html").read_text(encoding="utf-8")
    assert f'href="HO-SO/{first}/MUC-LUC.html"' in top
    assert "sha256sum -c MANIFEST.sha256" in top


def test_a_follow_up_names_the_one_before(agency: Agency, tmp_path: Path) -> None:
    """Both packs name each other's request."""
    old = agency.implementing()
    agency.replies(cast.PLANNER, "Đã hoàn thành\nKết quả: Đã làm\nBằng chứng: quy trình số 4", old)
    agency.replies(
        cast.HEAD,
        "Không có hiệu lực\nBằng chứng đã kiểm tra: 10 lượt dân\nNội dung chưa đạt: vẫn chờ lâu",
        old,
    )
    new = agency.request(old).successor
    assert new
    for code, other in ((old, new), (new, old)):
        packed(agency, [code], tmp_path / f"{code}.zip")
        pack = unpack(tmp_path / f"{code}.zip", tmp_path / code)
        assert other in (pack.folder / "MUC-LUC.html").read_text(encoding="utf-8")
        assert other in (pack.of(code) / "MUC-LUC.html").read_text(encoding="utf-8")


def test_register_edits_are_in_it_cell_by_cell(agency: Agency, tmp_path: Path) -> None:
    """Which file, when, by whom, before and after."""
    code = with_photo(agency)
    agency.replies(cast.ONE_STOP_HEAD, "Chuyển đơn vị\nĐơn vị: PKH\nLý do: Của phòng bạn", code)
    packed(agency, [code], tmp_path / "p.zip")
    pack = unpack(tmp_path / "p.zip", tmp_path / "p")
    first, *later = lines(pack.of(code) / "SO-THEO-DOI.jsonl")
    assert first["register"].endswith("Sổ theo dõi.xlsx")
    assert first["cells"]["Số phiếu"] == ["", "01/2026"]
    assert ["Bộ phận Một cửa", "Phòng Kế hoạch"] in [edit["cells"].get("Đơn vị") for edit in later]
    text = (pack.of(code) / "SO-THEO-DOI.txt").read_text(encoding="utf-8-sig")
    assert "Đơn vị: Bộ phận Một cửa → Phòng Kế hoạch" in text


@pytest.mark.threat("personal data")
def test_a_token_that_still_counts_is_blotted_out(agency: Agency, tmp_path: Path) -> None:
    """Whoever reads the pack must not be able to act for those who were asked."""
    code = with_photo(agency)
    asked = agency.post.last(cast.ONE_STOP_HEAD, code)
    token = re.findall(r"<a\.([a-z2-7]{26})@", asked.message_id)[0]
    agency.replies(cast.ONE_STOP_HEAD, "Trao đổi\nNội dung: Tôi xem đã", code)
    packed(agency, [code], tmp_path / "p.zip")
    pack = unpack(tmp_path / "p.zip", tmp_path / "p")
    for file in pack.of(code).rglob("*.eml"):
        plain = file.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"")
        assert token.encode() not in plain.lower()
    assert "Đã che mã trả lời" in (pack.of(code) / "MUC-LUC.html").read_text(encoding="utf-8")
    no_work = "Không phải xử lý\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"
    agency.replies(cast.ONE_STOP_HEAD, no_work, code)
    packed(agency, [code], tmp_path / "q.zip")
    later = unpack(tmp_path / "q.zip", tmp_path / "q")
    assert any(token.encode() in f.read_bytes() for f in later.of(code).rglob("*.eml"))


def test_a_pack_is_whole_or_not_there(agency: Agency, tmp_path: Path) -> None:
    """An unknown code, a file that is there, a folder that is not: said, and nothing is left."""
    code = with_photo(agency)
    with pytest.raises(MailflowError, match="there is no request CTCL-2026-0099"):
        packed(agency, ["CTCL-2026-0099-X"], tmp_path / "p.zip")
    packed(agency, [code], tmp_path / "p.zip")
    with pytest.raises(MailflowError, match="there already"):
        packed(agency, [code], tmp_path / "p.zip")
    with pytest.raises(MailflowError, match="cannot be written"):
        packed(agency, [code], tmp_path / "none" / "p.zip")
    assert [f.name for f in tmp_path.glob("*.zip*")] == ["p.zip"]
