"""`mailflow letter read`: what a letter would be read as, with nothing kept and nothing done."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.home import make_home
from mailflow.procedure.people import Person
from tests.cli.conftest import Lived, Mailflow
from tests.conversations.agency import START

DIRECTION = "Ok em, giao Phòng Kế hoạch và chị Yến phân tích, xong trước 15/3 nhé."
KEYS = {
    *("day", "subject", "problems", "screening", "sender", "certain", "new_words", "inline"),
    *("quote", "signature", "attachments", "requests", "outcome", "why", "acts", "asks"),
}
Write = Callable[..., Path]


@pytest.fixture
def unopened(tmp_path: Path) -> Path:
    """A home that was made and never worked in: it has no record."""
    home = tmp_path / "unopened"
    people = (cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email)
    make_home(home, *people, Moved(START), cast.ROSTER)
    return home


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a letter into a file."""

    def written(who: Person, text: str, files: tuple[str, ...] = (), **headers: str) -> Path:
        letter = EmailMessage(policy=SMTP)
        given = {
            "From": f"{who.name} <{who.email}>",
            "To": cast.MAILBOX,
            "Subject": "Re: Phiếu",
            "Date": "Mon, 02 Mar 2026 09:00:00 +0700",
            "Message-ID": "<1@ankhe.example>",
        }
        for name, value in (given | {k.replace("_", "-"): v for k, v in headers.items()}).items():
            if value:
                letter[name] = value
        letter.set_content(text)
        for name in files:
            letter.add_attachment(b"%PDF-1.4 ...", "application", "pdf", filename=name)
        file = tmp_path / "letter.eml"
        file.write_bytes(letter.as_bytes())
        return file

    return written


def test_a_reply_to_a_step_is_read_without_a_record(
    mailflow: Mailflow, unopened: Path, write: Write
) -> None:
    """Who, which words, which act with people by address, units by name, days in ISO."""
    file = write(cast.LEAD, f"{DIRECTION}\n\n> Kính gửi anh/chị\n> Việc cần làm\n")
    before = {path: path.stat().st_mtime_ns for path in unopened.rglob("*")}
    found = _read(mailflow, unopened, file, "--step", "direct")
    assert set(found) == KEYS
    assert (found["day"], found["outcome"], found["certain"]) == ("2026-03-02", "done", True)
    assert found["sender"]["person"] == cast.LEAD.id
    assert found["screening"] == {"kind": "person", "sure": True, "hits": []}
    assert found["new_words"] == DIRECTION
    assert found["quote"].startswith("> Kính gửi")
    (act,) = found["acts"]
    assert (act["act"], act["answer"], act["done"]) == ("direct", "assign", True)
    assert act["fields"]["assignees"] == ["unit:Phòng Kế hoạch", cast.EXPERT.id]
    assert act["fields"]["analysis_due"] == "2026-03-15"
    assert 0 < act["confidence"] <= 1
    assert {path: path.stat().st_mtime_ns for path in unopened.rglob("*")} == before


def test_the_day_of_arrival_moves_what_days_mean(
    mailflow: Mailflow, unopened: Path, write: Write
) -> None:
    """`--at`, else the letter's own date, else today."""
    words = "Giao phân tích\nChỉ đạo: làm rõ\nNgười thực hiện: Trịnh Thị Yến\nThời hạn: ngày mai"
    file = write(cast.LEAD, words)
    days = {
        str(at): _read(mailflow, unopened, file, "--step", "direct:assign", *at)["acts"][0]
        for at in ((), ("--at", "2026-05-04"), ("--at", "2026-05-04 16:30"))
    }
    due = [act["fields"]["analysis_due"] for act in days.values()]
    assert due == ["2026-03-03", "2026-05-05", "2026-05-05"]
    undated = write(cast.LEAD, words, Date="")
    assert _read(mailflow, unopened, undated, "--step", "direct")["day"] > "2026-03-02"


def test_what_must_be_asked_is_asked_with_its_words(
    mailflow: Mailflow, unopened: Path, write: Write
) -> None:
    """A condition is no decision: nothing is done, the words are named."""
    file = write(cast.LEAD, "Duyệt nếu đủ kinh phí.")
    found = _read(mailflow, unopened, file, "--step", "approve_solution")
    assert found["outcome"] == "asked"
    assert not any(act["done"] for act in found["acts"])
    assert found["asks"][0]["why"] == "condition"
    assert "nếu" in found["asks"][0]["words"]


def test_a_new_matter_is_read_as_a_report(mailflow: Mailflow, unopened: Path, write: Write) -> None:
    """Without a step nothing was asked; its attachments are judged by their bytes."""
    file = write(
        cast.CLERK, "Báo cáo không phù hợp\nTrả thiếu dấu trên giấy phép.", ("a.pdf",), Subject="x"
    )
    found = _read(mailflow, unopened, file)
    (act,) = found["acts"]
    assert (act["act"], act["request"], act["fields"]["kind"]) == ("report", None, "nonconformity")
    (attached,) = found["attachments"]
    assert (attached["name"], attached["kind"], attached["evidence"]) == ("a.pdf", "pdf", True)
    same = _read(mailflow, unopened, file, "--step", "report")
    assert same["acts"] == found["acts"]


def test_a_request_of_the_record_is_read_as_it_stands(
    mailflow: Mailflow, lived: Lived, write: Write
) -> None:
    """A code in the subject is enough; what its state does not allow is said not to be possible."""
    head = cast.ONE_STOP_HEAD
    before = mailflow("--home", lived.home, "status", "--json").json
    words = "Làm lại\nNgười thực hiện: Hoàng Văn Nam\nThời hạn: 10/3/2026"
    file = write(head, f"Giao xử lý\nXử lý: {words}", Subject=f"Re: [{lived.waiting}] x")
    found = _read(mailflow, lived.home, file)
    assert found["requests"] == [lived.waiting]
    assert [(a["act"], a["request"]) for a in found["acts"]] == [
        ("decide_disposition", lived.waiting)
    ]
    late = _read(mailflow, lived.home, write(head, "Đóng phiếu", Subject=f"[{lived.waiting}]"))
    assert not any(act["possible_now"] for act in late["acts"])
    assert mailflow("--home", lived.home, "status", "--json").json == before


def test_nobodys_and_machines_letters_do_nothing(
    mailflow: Mailflow, unopened: Path, write: Write
) -> None:
    """A stranger's is held, a machine's ignored, whatever they say; a doubtful one is asked."""
    stranger = Person("la@ngoai.example", "Trần Thị Hạnh", "la@ngoai.example", "")
    cases: list[tuple[Path, str, str | None]] = []
    for who, headers, outcome, why in (
        (stranger, {}, "held", "unknown_sender"),
        (cast.LEAD, {"Auto-Submitted": "auto-replied"}, "ignored", "auto_reply"),
        (cast.LEAD, {"Return-Path": "<>", "From": f"Mail <mailer-daemon@{cast.DOMAIN}>"}, "ignored",
         "bounce"),
    ):  # fmt: skip
        file = write(who, "Đồng ý", **headers)
        found = _read(mailflow, unopened, file, "--step", "approve_solution")
        cases.append((file, found["outcome"], found["why"]))
        assert (found["outcome"], found["why"]) == (outcome, why)
        assert found["acts"] == []
    assert len(cases) == 3


def test_words_hidden_in_a_quote_are_not_acted_on(
    mailflow: Mailflow, unopened: Path, write: Write
) -> None:
    """Nothing but a quote is left: not certain, nothing done."""
    file = write(cast.LEAD, "> Kính gửi\n> Đồng ý\n> Hạn 15/3\n", In_Reply_To="<a@b.c>")
    found = _read(mailflow, unopened, file, "--step", "approve_solution")
    assert (found["certain"], found["outcome"], found["acts"]) == (False, "asked", [])


def test_people_get_a_table(mailflow: Mailflow, unopened: Path, write: Write) -> None:
    """Without `--json` the same, one line for each name; marks of the letter are no markup."""
    file = write(cast.LEAD, "Đồng ý [bold]", Subject="[x] Re: [/x]")
    said = mailflow("--home", unopened, "letter", "read", file, "--step", "approve_solution")
    assert said.code == 0
    assert "Đồng ý [bold]" in said.out
    assert "[x] Re: [/x]" in said.out


@pytest.mark.parametrize("words", [("--step", "duyệt"), ("--step", "direct:maybe"),
                                   ("--at", "mai"), ("--step", "follow_up")])  # fmt: skip
def test_wrong_usage_is_said(
    mailflow: Mailflow, unopened: Path, write: Write, words: tuple[str, str]
) -> None:
    """Exit code 2 and what is wrong; a missing file and an empty one as well."""
    said = mailflow("--home", unopened, "letter", "read", write(cast.LEAD, "Đồng ý"), *words)
    assert (said.code, said.out) == (2, "")
    missing = mailflow("--home", unopened, "letter", "read", unopened / "none.eml")
    assert missing.code == 2
    empty = unopened.parent / "empty.eml"
    empty.write_bytes(b" \r\n")
    assert mailflow("--home", unopened, "letter", "read", empty).code == 1


def _read(mailflow: Mailflow, home: Path, file: Path, *words: str) -> dict[str, Any]:
    said = mailflow("--home", home, "letter", "read", file, *words, "--json")
    assert said.code == 0, said.err
    found: dict[str, Any] = said.json
    return found
