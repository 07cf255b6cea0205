"""What mails say: goldens, the order of a page, who is addressed how, hostile words, size."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from jinja2 import Environment
from lxml import html as lxml_html

from mailflow.actions.context import Context, Recipient
from mailflow.errors import Permanent
from mailflow.outbox.address import MAILTO_LIMIT, MARKER
from mailflow.outbox.page import HTML_LIMIT, render_page, render_subject
from mailflow.outbox.specimen import OTHER_KINDS, specimen
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import Act
from tests.outbox.build import (
    CODE,
    DUNG,
    HUNG,
    LAN,
    NAM,
    TOKEN,
    ask,
    choice,
    happened,
    letter,
    line,
    notice,
    request,
    rows,
)
from tests.outbox.list_samples import DAY, HEADINGS, digest, listed
from tests.outbox.samples import APPROVE, VERIFY, samples

OCCASIONS = [(s.act.value, s.answer) for s in STEPS] + [(kind, "") for kind in OTHER_KINDS]


def _visible(page_html: str) -> str:
    root = lxml_html.document_fromstring(page_html)
    return " ".join(lxml_html.tostring(root, method="text", encoding="unicode").split())


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_sample_reads_as_it_was_looked_at(
    name: str, environment: Environment, golden: Callable[[str, str], None]
) -> None:
    """Text and HTML of every sample stay as they were when somebody last looked at them."""
    sample = samples()[name]
    page = render_page(sample, environment, TOKEN if sample["asks"] else "", ["Phiếu 07-2026.docx"])
    golden(f"mail/{name}.txt", f"{page.subject}\n\n{page.text}")
    golden(f"mail/{name}.html", page.html)


@pytest.mark.parametrize(("kind", "answer"), sorted(set(OCCASIONS)))
def test_every_act_and_answer_has_one_to_three_sentences(
    kind: str, answer: str, environment: Environment
) -> None:
    """They stand alike in the text and in the HTML, whole sentences that name no other answer."""
    page = render_page(specimen(kind, answer), environment, TOKEN)
    told = page.text.split("Kính gửi anh/chị Người nhận,\n\n")[1].split("\n\n")[0].splitlines()
    assert 1 <= len(told) <= 3
    for sentence in told:
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert " ".join(sentence.split()) in _visible(page.html)


def test_answers_of_one_act_are_told_apart(environment: Environment) -> None:
    """A yes must never read like a no."""
    told: dict[str, set[str]] = {}
    for kind, answer in set(OCCASIONS):
        page = render_page(specimen(kind, answer), environment, TOKEN)
        told.setdefault(kind, set()).add(page.text.split("\n- ")[0])
    answers = {(k, a) for k, a in OCCASIONS}
    for kind, texts in told.items():
        assert len(texts) == len({a for k, a in answers if k == kind}), kind


def test_the_subject_is_the_same_in_every_state(environment: Environment) -> None:
    """Mail programs group by subject: code and title only, no state words, no Re:."""
    subjects = {
        render_subject(sample, environment)
        for sample in samples().values()
        if sample["request"] and sample["request"]["code"] == CODE
    }
    assert subjects == {f"[{CODE}] Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày"}


@pytest.mark.parametrize("typed", ["Xin xác nhận", "Re: Xin xác nhận", "RE: Trả lời: Xin xác nhận"])
def test_an_answer_has_one_re_however_often_it_was_answered(
    typed: str, environment: Environment
) -> None:
    """Each round of replies would add one more otherwise."""
    sample = notice("answer", NAM, letter=letter(subject=typed))
    assert render_subject(sample, environment) == "Re: Xin xác nhận"


def test_a_page_goes_from_what_happened_to_the_request_at_a_glance(
    environment: Environment,
) -> None:
    """Marker, what happened, what to do until when, how to answer, the request, who we are."""
    page = render_page(samples()["propose_solution_lead"], environment, TOKEN, ["a.docx"])
    parts = (
        MARKER,
        "Kính gửi anh/chị Phạm Quang Hùng",
        "đã báo cáo nguyên nhân",
        "Phê duyệt giải pháp",
        "13/3/2026",
        "hạn nội bộ",
        "Gõ ở dòng đầu: “Đồng ý”",
        "Hạn hoàn thành:",
        "Cách trả lời",
        "Bước 4/7",
        "Tình trạng",
        "Cải tiến ISO - Sở Nội vụ",
    )
    for words in (page.text, _visible(page.html)):
        places = [words.find(part) for part in parts]
        assert -1 not in places
        assert places == sorted(places)


def test_a_limit_of_the_procedure_is_not_called_internal(environment: Environment) -> None:
    """Only the agency's own limits are "hạn nội bộ"."""
    page = render_page(samples()["decide_disposition_performer"], environment, TOKEN)
    assert "Thời hạn: 06/3/2026\n" in page.text
    assert "hạn nội bộ" not in page.text


def test_one_who_acted_is_addressed_and_others_hear_the_name(environment: Environment) -> None:
    """The same act reads "Anh/chị đã…" to its author and names them to everyone else."""
    act = happened(Act.WITHDRAW, "", "", NAM, "03/3/2026 10:00", rows(Lý_do="Nhầm"))
    told = {
        to["name"]: render_page(
            notice("withdraw", to, request=request(0, "Đã rút", [], ""), happened=act),
            environment,
            "",
        ).text
        for to in (NAM, LAN)
    }
    assert "\nAnh/chị đã rút phiếu số 07/2026" in told[NAM["name"]]
    assert "\nĐỗ Văn Nam (Chuyên viên Bộ phận Một cửa) đã rút" in told[LAN["name"]]


def test_a_report_typed_in_by_another_thanks_its_reporter(environment: Environment) -> None:
    """The one who noticed gets the receipt, and reads who entered it."""
    act = happened(
        Act.REPORT, "", "5.1.1", NAM, "02/3/2026 09:12", [], entered_by_name=DUNG["name"]
    )
    sample = notice("report", NAM, request=request(0, "Chờ", [], ""), happened=act)
    text = render_page(sample, environment, "").text
    assert "Cảm ơn anh/chị đã kịp thời phát hiện" in text
    assert "Do Lê Mỹ Dung nhập lúc 02/3/2026 09:12" in text


def test_an_ask_about_another_request_is_prefixed_with_its_code(environment: Environment) -> None:
    """One mail may ask about several requests; the words to type must name the right one."""
    other = ask(Act.DIRECT, "5.3", "", [choice(Act.DIRECT, "board", "Chuyển Ban ISO")])
    other["request"] = "CTCL-2026-0012-H"
    own = ask(Act.APPROVE_SOLUTION, "5.4", "", APPROVE)
    sample = notice("answer", HUNG, request=request(3, "", [], ""), asks=[own, other])
    page = render_page(sample, environment, TOKEN)
    assert "“CTCL-2026-0012-H: Chuyển Ban ISO”" in page.text
    assert "“Đồng ý”" in page.text
    subjects = [parse_qs(urlsplit(link).query)["subject"][0] for link in _links(page.html)]
    assert subjects[-1] == "Re: [CTCL-2026-0012-H]"
    assert all(CODE in subject for subject in subjects[:-1])


def test_words_not_authenticated_are_marked_in_both_parts(environment: Environment) -> None:
    """A reader must not take them for proven."""
    page = render_page(samples()["comment_unverified"], environment, "")
    assert "chưa xác thực" in page.text
    assert "chưa xác thực" in _visible(page.html)


def test_what_happened_is_not_said_twice(environment: Environment) -> None:
    """What the act carried is left out of the request at a glance."""
    page = render_page(samples()["propose_solution_lead"], environment, TOKEN)
    assert page.text.count("Chưa có người thay khi cán bộ thụ lý nghỉ") == 1


def _links(page_html: str) -> list[str]:
    return [a.get("href", "") for a in lxml_html.document_fromstring(page_html).iter("a")]


@pytest.mark.parametrize("name", sorted(samples()))
def test_links_are_only_mailto_buttons_with_the_token(name: str, environment: Environment) -> None:
    """Mail scanners open links, so none may act; each button carries this mail's own token."""
    sample = samples()[name]
    page = render_page(sample, environment, TOKEN if sample["asks"] else "")
    links = _links(page.html)
    asked = sum(len(a["choices"]) + len(a["others"]) for a in sample["asks"])
    assert len(links) == asked
    for link in links:
        assert link.startswith("mailto:caitien@sonoivu.binhan.gov.vn?subject=Re%3A%20")
        assert len(link) <= MAILTO_LIMIT
        assert parse_qs(urlsplit(link).query)["body"][0].endswith(f"Mã trả lời: {TOKEN}")
    assert not re.search(r"https?://|src=|<script|url\(", page.html)


HOSTILE = (
    "<b>x</b> & \"q\" 'q' {{ 7*7 }} {% raw %} \r\nBcc: a@b\x00\x1b\u202e\ud800 =cmd|' /C calc'!A0"
)


def _hostile() -> Context:
    evil: Recipient = {**LAN, "name": HOSTILE, "position": HOSTILE}
    act = happened(
        Act.COMMENT,
        "",
        "",
        evil,
        "03/3/2026 10:00",
        [{"label": HOSTILE, "value": HOSTILE}],
        notes=[HOSTILE],
        entered_by_name=HOSTILE,
    )
    words = line(HOSTILE, HOSTILE)
    return notice(
        "comment",
        {**evil, "id": "another"},
        request=request(1, HOSTILE, [HOSTILE], "", title=HOSTILE, content=HOSTILE + "!"),
        happened=act,
        details=[{"label": HOSTILE, "value": HOSTILE}],
        table={"columns": [HOSTILE, HOSTILE], "rows": [[HOSTILE, HOSTILE]]},
        asks=[ask(Act.COMMENT, "", "", [choice(Act.COMMENT, "", "Ý kiến", words)])],
    )


def test_what_people_typed_stays_text(environment: Environment) -> None:
    """Markup is shown, never obeyed; template signs are printed; control characters are gone."""
    page = render_page(_hostile(), environment, TOKEN)
    assert not lxml_html.document_fromstring(page.html).xpath("//b")
    assert "<b>x</b> & \"q\" 'q' {{ 7*7 }}" in _visible(page.html)
    assert "{{ 7*7 }}" in page.text
    assert not re.search("[\x00\x1b\u202e\ud800]", page.text + page.html + page.subject)
    assert "\n" not in page.subject
    assert page.html.encode().decode() == page.html


def test_a_page_stays_under_the_limit_whatever_is_in_it(environment: Environment) -> None:
    """Long values and long tables are cut, with a word; the phrases to type are all there."""
    sample = _hostile()
    long = "Trả kết quả quá hạn, công dân phải đến nhiều lần. " * 400
    sample["details"] = [{"label": f"Mục {n}", "value": long} for n in range(30)]
    sample["table"] = {"columns": list("abcde"), "rows": [[long] * 5 for _ in range(300)]}
    sample["asks"] = [ask(Act.APPROVE_SOLUTION, "5.4", "", APPROVE) for _ in range(12)]
    page = render_page(sample, environment, TOKEN)
    assert len(page.html.encode()) < HTML_LIMIT
    assert "và 290 dòng nữa" in page.text
    assert page.text.count("“Yêu cầu sửa”") == _visible(page.html).count("“Yêu cầu sửa”") == 12


def test_a_digest_of_everything_stays_under_the_limit(environment: Environment) -> None:
    """Twenty asks of four answers, five long lists, hostile words: all numbers can be answered."""
    long = HOSTILE * 20
    asks = [
        listed(n, f"CTCL-2026-{n:04d}-K", long[:60], Act.VERIFY, "5.6", DAY, VERIFY, unit=long,
               late=12, place_of=long, told=[long] * 3)
        for n in range(1, 21)
    ]  # fmt: skip
    part = {"title": long[:60], "columns": HEADINGS, "rows": [[long] * 4] * 20, "more": 900}
    figures = [{"label": long, "value": 3, "share": 50}] * 6
    told = digest(sections=[part] * 5, figures=figures, more=1_000)
    page = render_page(notice("digest", HUNG, asks=asks, digest=told), environment, TOKEN)
    assert len(page.html.encode()) < HTML_LIMIT
    assert "và 1000 phiếu khác" in page.text
    assert page.text.count("“20: ") == _visible(page.html).count("“20: ") == 4


def test_ordinary_mails_keep_everything(environment: Environment) -> None:
    """Cutting is for the extraordinary: a page-long content is shown whole, with buttons."""
    sample = samples()["propose_solution_lead"]
    content = "Hồ sơ trả quá hạn vì chưa phân công người thay. " * 20
    sample["request"] = request(3, "Chờ", [], "", content=content.strip())
    page = render_page(sample, environment, TOKEN)
    assert content.strip() in page.text
    assert _links(page.html)


def test_a_template_that_is_gone_is_a_permanent_error(environment: Environment) -> None:
    """The notice is set aside and somebody told; trying again would not bring it back."""
    with pytest.raises(Permanent, match=r"khong_co\.txt"):
        render_page(notice("khong_co", LAN), environment, "")


def test_a_code_and_a_day_stay_on_one_line(environment: Environment) -> None:
    """A narrow column of a table would break them at a hyphen, or anywhere."""
    page = render_page(samples()["undelivered"], environment, "")
    root = lxml_html.document_fromstring(page.html)
    whole = {e.text for e in root.iter("span") if "nowrap" in (e.get("style") or "")}
    assert {CODE, "04/3/2026"} <= whole
    hostile = notice("scanned", LAN, letter=letter(subject=f"<b>{CODE}</b> {{{{ 1 }}}}"))
    assert f"<b>{CODE}</b> {{{{ 1 }}}}" in _visible(render_page(hostile, environment, "").html)
