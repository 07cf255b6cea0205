"""Cutting replies: the person's words and nothing else, from every client people here use."""

import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.hypertext import DIVIDER
from mailflow.intake.letter import read
from mailflow.intake.quoting import new_words
from mailflow.outbox.address import MARKER, TOKEN_LABEL
from tests.components import corpus
from tests.intake.clients import HTML_CLIENTS, QUOTED, TEXT_CLIENTS
from tests.intake.letters import ASKED, HTML, TOKEN, answered, answered_html, letter, raw


@pytest.mark.parametrize("client", TEXT_CLIENTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_plain_reply_is_cut_for_every_client(client: str, form: Literal["NFC", "NFD"]) -> None:
    """The reply is all that is left, certain, and the old words are kept apart."""
    body = unicodedata.normalize(form, f"Đồng ý\n\n{TEXT_CLIENTS[client]}")
    words = answered(body)
    assert words.text == "Đồng ý"
    assert words.certain
    assert "KHÔNG DUYỆT" in words.quoted
    assert words.inline == ()


@pytest.mark.parametrize("client", HTML_CLIENTS)
def test_an_html_reply_is_cut_by_its_structure(client: str) -> None:
    """Also where no pattern in the text would show the quote."""
    page = HTML_CLIENTS[client].replace("{}", "Đồng ý").replace("OLD", "KHÔNG DUYỆT<br>15/6")
    words = answered_html(page)
    assert words.text == "Đồng ý"
    assert words.certain
    assert "KHÔNG DUYỆT" in words.quoted
    assert words.inline == ()


def test_structure_beats_the_plain_form() -> None:
    """With both forms the HTML's structure cuts where the plain form shows nothing."""
    page = HTML_CLIENTS["apple"].replace("{}", "Đồng ý").replace("OLD", "KHÔNG DUYỆT")
    plain = "Đồng ý\nVào 3 thg 11, X đã viết:\nKHÔNG DUYỆT"
    parts = (
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--b\nContent-Type: {HTML}\n\n"
    )
    both = raw(f"{parts}{page}\n--b--", content_type="multipart/alternative; boundary=b")
    assert new_words(read(both)).text == "Đồng ý"


@pytest.mark.parametrize(
    "body",
    [
        "Anh Nam đã viết: cần sửa lại phần 3",
        "Anh Nam đã viết:\nCần sửa lại phần 3",
        "Hàng nhập sai:\nTừ: kho A\nĐến: kho B\nNgày: 3/11",
        "Nguyên nhân: máy hỏng\nNgày: 3/11\nNgười thực hiện: Lan",
        "Từ ngày 3/11 đến ngày 5/11, nhận hồ sơ quá hạn > 5 ngày",
        "> 5 ngày là quá hạn, đề nghị xem lại",
        "Vào lúc 17:00 ngày 3/11, bộ phận Một cửa đã viết nhầm giấy hẹn: sai ngày trả",
        "Gửi từ phòng A sang phòng B nhưng thiếu biên bản",
        "Hồ sơ lỗi -- cần làm lại",
        "Trân trọng đề nghị xem xét",
    ],
)
def test_sentences_that_look_like_quotes_are_kept(body: str) -> None:
    """A new report is not cut at words that clients also use."""
    words = new_words(letter(body, subject="Báo cáo KPH"))
    assert (words.text, words.quoted, words.certain) == (body, "", True)


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nNguyễn Văn An\nKhông đồng ý là tên ban nhạc",
        "Trân trọng,\nNguyễn Văn An\nPhòng Tổ chức - Hành chính\nĐT: 0912345678",
        "Trân trọng cảm ơn./.\nLê Thị Lan",
        "Best regards,\nAn Nguyen\nan@so.vn",
        "Đã gửi từ iPhone của tôi",
        "Được gửi từ iPhone của tôi",
        "Gửi từ thiết bị Samsung của tôi",
        "Được gửi từ thiết bị Android của tôi bằng Thư K-9. Xin thứ lỗi vì sự ngắn gọn.",
        "Tải Outlook cho Android",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from my iPhone",
        "Gửi từ Yahoo Mail cho iPhone",
    ],
)
def test_signatures_are_cut_and_kept(signature: str) -> None:
    """They are not the person's words, and name_in may need them."""
    words = answered(f"Đồng ý\n\n{signature}\n\n{TEXT_CLIENTS['gmail_vi']}")
    assert words.text == "Đồng ý"
    assert words.signature.split() == signature.split()
    assert words.certain


def test_words_under_a_closing_are_not_lost() -> None:
    """`Trân trọng,` ends a letter only when nothing but names stands below."""
    words = answered("Đồng ý\nTrân trọng,\nAn\nnhưng chưa duyệt phần 2")
    assert words.text == "Đồng ý\nTrân trọng,\nAn\nnhưng chưa duyệt phần 2"


def test_an_answer_below_the_quote_is_read() -> None:
    """Bottom posting: one stretch of words under the quote is the reply."""
    words = answered(f"Vào 3/11/2025, iso@so.vn đã viết:\n{QUOTED}\nĐồng ý\n\n-- \nAn")
    assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())
    page = HTML_CLIENTS["thunderbird"].replace("{}", "").replace("OLD", "KHÔNG DUYỆT")
    assert answered_html(f"{page}<p>Đồng ý</p>").text == "Đồng ý"


def test_answers_between_the_quoted_lines_are_noticed() -> None:
    """Several stretches are several answers: shown, but not certain."""
    words = answered(f"iso@so.vn đã viết:\n> 1. Giải pháp A\nđồng ý\n> 2. Hạn\nlùi hạn\n{QUOTED}")
    assert words.inline == ("đồng ý", "lùi hạn")
    assert words.text == "đồng ý\n\nlùi hạn"
    assert not words.certain


def test_words_in_the_quote_beside_words_above_it_are_noticed() -> None:
    """What was typed inside the old mail is never cut away unseen."""
    words = answered(f"Đồng ý\n\niso@so.vn đã viết:\n> Hạn: 15/6\nxin lùi đến 30/6\n{QUOTED}")
    assert words.text == "Đồng ý"
    assert words.inline == ("xin lùi đến 30/6",)
    page = HTML_CLIENTS["gmail"].replace("{}", "Đồng ý").replace("OLD", "1<br>2")
    inner = page.replace(
        "1<br>", "1</blockquote><div>trừ mục 1</div><blockquote class=gmail_quote>"
    )
    assert answered_html(inner).inline == ("trừ mục 1",)


@pytest.mark.parametrize("body", [TEXT_CLIENTS["gmail_vi"], TEXT_CLIENTS["outlook_vi"], QUOTED])
def test_a_quote_alone_says_nothing(body: str) -> None:
    """No word of the old mail becomes the person's, and nothing is certain."""
    words = answered(body)
    assert (words.text, words.certain) == ("", False)
    assert "KHÔNG DUYỆT" in words.quoted


@pytest.mark.parametrize(
    "rest",
    [
        "Da: X\nRisposta: Y\nData: 3/11\n\nTừ: X\nngày: 3/11\n\nKHÔNG DUYỆT",
        "-----Ursprüngliche Nachricht-----\nVon: X\n\nKHÔNG DUYỆT",
        "X <iso@so.vn> schrieb am Mo., 3. Nov.:\n\nKHÔNG DUYỆT",
    ],
)
def test_a_quote_that_cannot_be_cut_makes_the_words_uncertain(rest: str) -> None:
    """Where a reply shows an old mail in another language, we ask rather than act."""
    assert not answered(f"Đồng ý\n\n{rest}").certain


def test_two_forms_that_differ_are_not_acted_on() -> None:
    """A hidden second meaning makes the letter a question."""
    parts = "--b\nContent-Type: text/plain; charset=utf-8\n\nđồng ý giải pháp\n--b\nContent-Type: "
    both = f"{parts}{HTML}\n\n<p>từ chối phương án</p>\n--b--"
    assert not new_words(letter(both, content_type="multipart/alternative; boundary=b")).certain


def test_our_reply_code_is_not_the_persons_words() -> None:
    """The button's last line goes to the thread, not to the reader of words."""
    words = new_words(letter(f"Đồng ý\n\n{TOKEN_LABEL}: {TOKEN}"))
    assert (words.text, words.certain) == ("Đồng ý", True)


def test_a_very_long_letter_is_uncertain_unless_the_rest_is_quote() -> None:
    """Only the first thousand lines are read; what is beyond is kept as quoted."""
    long = answered("dòng\n" * 1500)
    assert not long.certain
    assert long.text.count("dòng") + long.quoted.count("dòng") == 1500
    assert answered("Đồng ý\n" + QUOTED * 1000).certain


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def test_the_share_of_public_replies_cut_as_their_authors_say() -> None:
    """44 of email_reply_trimmer's 64 pairs are met.

    The others are languages we do not read here, and cases where we differ on purpose: a quote at
    the top is never the person's words.
    """
    folder = corpus("eml/email_reply_trimmer")
    met = 0
    for path in sorted((folder / "emails").iterdir()):
        head = f"From: a@b.vn\nIn-Reply-To: {ASKED}\nContent-Type: text/plain; charset=utf-8\n\n"
        words = new_words(read(head.encode() + path.read_bytes()))
        wanted = (folder / "trimmed" / path.name).read_text(encoding="utf-8")
        met += _trimmed(words.text) == _trimmed(wanted)
    assert met >= 44


def test_no_public_mail_crashes_or_loses_words() -> None:
    """Every word of every public mail is in the new words, the quote or the signature."""
    for path in sorted(corpus("eml").rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if not data.strip() or path.suffix in (".json", ".rb", ".py"):
            continue
        got = read(data)
        words = new_words(got)
        kept = "\n".join((words.text, words.quoted, words.signature, *words.inline, DIVIDER))
        forms = [form for form in (got.text, got.marked) if form]
        lost = [set(form.split()) - set(kept.split()) for form in forms]
        assert not lost or not all(lost), f"{path}: {lost}"


@pytest.mark.parametrize(
    "hostile",
    [
        "Vào " * 125_000,
        ("Vào " * 40 + "\n") * 3_000,
        "Vào 1 <" * 70_000 + " đã viết",
        "<a@" * 160_000 + ":",
        ("2025-11-03 <" * 15 + "\n") * 2_500,
        ("Từ: a\n") * 80_000,
        "> " * 250_000,
        ">\n" * 250_000,
        "-" * 500_000,
        ("-" * 150 + "\n") * 3_300,
        "_ \t" * 160_000,
        ("đã gửi từ " * 18 + "\n") * 2_500,
        ("a" * 80 + "@" + "b" * 60 + "\n") * 3_500,
        "Trân trọng\n" * 45_000,
        "*" * 500_000,
        ("x <y@z> " * 24 + "\n>\n") * 2_500,
        "\u0301" * 500_000,
        "## Trả lời phía" * 30_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_every_pattern_is_quick_on_hostile_text(hostile: str) -> None:
    """Half a megabyte made to be slow is cut in less than a second."""
    got = letter(hostile, in_reply_to=ASKED)
    begun = time.process_time()
    new_words(got)
    assert time.process_time() - begun < 1


_PIECES = st.sampled_from(
    [
        *("Đồng ý", "> cũ", ">> a", "", "Vào 3/11 X <", "x@y> đã viết:", "Từ: X", "Đã gửi: 3/11"),
        *("Tới: a@b", "-- ", "Trân trọng,", "An", "____", "----- Thư gốc -----", MARKER),
        *("On 1 x@y wrote:", "Đã gửi từ iPhone của tôi", f"{TOKEN_LABEL}: {TOKEN}", "\ue000"),
    ]
)


@given(st.lists(_PIECES, max_size=25))
def test_no_line_is_lost_however_a_reply_is_made(lines: list[str]) -> None:
    """Each line is in the words, the signature, the quote or the inline answers."""
    words = answered("\n".join(lines))
    kept = "\n".join((words.text, words.signature, words.quoted, *words.inline))
    for line in lines:
        if TOKEN not in line:
            assert line.replace("\ue000", "").strip() in kept


@given(st.text(), st.booleans())
def test_no_text_crashes_the_cutter(text: str, html: bool) -> None:
    """Plain or HTML, whatever it holds."""
    got = answered_html(text) if html else answered(text)
    assert "\ue000" not in got.text
