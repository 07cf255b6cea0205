"""Cutting replies: the person's words and nothing else, from every client people here use."""

import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.quotes.quoting import NewWords, new_words
from mailflow.intake.reading.letter import read
from mailflow.outbox.address import MARKER, TOKEN_LABEL
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


DISCLAIMERS = [
    "Thư này và các tệp đính kèm có thể chứa thông tin bảo mật, chỉ danh riêng cho người nhận.\n"
    "Nếu không phải là người nhận, đề nghị xóa thư; không duyệt nội dung chưa được phép.",
    "Lưu ý: Nội dung trong email này là thông tin mật và chỉ gửi đến người nhận có tên nêu trên.",
    "This e-mail is confidential and may be privileged. If you are not the intended recipient,\n"
    "please notify the sender; any rejection of this notice has no effect.",
    "CONFIDENTIALITY NOTICE: The information contained in this message is intended solely for the\n"
    "addressee and must not be approved, copied or passed on by anybody else.",
    "*** This message contains confidential information intended for the addressee only, and is\n"
    "not to be read by others. ***",
]


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
@pytest.mark.parametrize("between", ["", "Trân trọng,\nNguyễn Văn An\n\n", "-- \nAn\n\n", "____\n"])
def test_disclaimers_are_no_words_of_the_person(disclaimer: str, between: str) -> None:
    """Cut off with the signature, whatever stands between; kept, and nothing of them is read."""
    words = answered(f"Đồng ý\n\n{between}{disclaimer}\n\n{TEXT_CLIENTS['outlook_vi']}")
    assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())
    assert set(disclaimer.split()) <= set(words.signature.split())


def test_words_around_a_disclaimer_stay_words() -> None:
    """Only the paragraph that is one goes; a correction typed under it is read with the rest."""
    words = answered(f"Đồng ý\n\n{DISCLAIMERS[0]}\n\nnhưng chưa duyệt phần 2")
    assert words.text == "Đồng ý\n\n\nnhưng chưa duyệt phần 2"


@pytest.mark.parametrize(
    "body",
    [
        "Thư này gửi nhầm, xin bỏ qua",
        "Nội dung thư này là không đồng ý",
        "Thông tin trong thư này sai: hồ sơ bảo mật đã giao nhầm",
        "Lưu ý: không duyệt phần 2",
        "Chú ý: hồ sơ từ bên ngoài\nKhông mở lại",
    ],
)
def test_words_about_the_letter_itself_are_not_taken_for_a_disclaimer(body: str) -> None:
    """What names the letter is a disclaimer only when it is long and says who may read it."""
    assert answered(body).text == body


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL]",
        "[EXTERNAL EMAIL]",
        "CẢNH BÁO: Thư này được gửi từ bên ngoài cơ quan.\nKhông bấm vào liên kết lạ.",
        "CAUTION: This email originated from outside of the organization.\n"
        "Do not click links or open attachments.",
    ],
)
def test_a_servers_warning_above_the_words_is_not_theirs(banner: str) -> None:
    """The first line of the person is the first line that is read."""
    words = answered(f"{banner}\n\nĐồng ý")
    assert (words.text, words.certain) == ("Đồng ý", True)
    assert set(banner.split()) <= set(words.signature.split())


def test_the_footer_of_a_mailing_list_is_not_the_persons() -> None:
    """Neither above the quote nor under it, where it would seem typed into it."""
    footer = "_______________________________________________\niso mailing list\niso@ds.so.vn"
    for tail in (footer, f"{TEXT_CLIENTS['gmail_vi']}\n{footer}"):
        words = answered(f"Đồng ý\n\n{tail}")
        assert (words.text, words.inline) == ("Đồng ý", ())


@pytest.mark.parametrize(
    "lines",
    [
        "--- Biện pháp ---\nNgười thực hiện: Lan\nHạn: 15/6/2026\nNguyên nhân: máy hỏng",
        "Dạ: em đồng ý\nHạn: 15/6/2026\nNgười thực hiện: Lan",
        "Gửi chị Lan <lan@so.vn> lúc 10:30 ngày 15/6/2026:\nđã làm xong",
        "Đề nghị từ 3/11/2025\n> 5 ngày là trễ",
    ],
)
def test_labelled_lines_of_a_reply_are_not_taken_for_the_header_of_an_old_mail(lines: str) -> None:
    """The shapes by which mails of other languages are known never cut what people here type."""
    words = answered(f"Đồng ý\n{lines}")
    assert words.text.split("\n")[:3] == ["Đồng ý", *lines.split("\n")][:3] or ">" in lines


def test_words_above_an_attribution_of_another_language_stay_words() -> None:
    """However near they stand, and though they name a day: only the attribution goes."""
    for above in ("Hạn là 15/6/2026", "Đồng ý, xong ngày 15/6", "Gửi an@so.vn ngày 15/6/26"):
        words = answered(f"{above}\nX <iso@so.vn> schrieb:\n{QUOTED}")
        assert above in words.text


@pytest.mark.parametrize(
    ("plain", "page"),
    [
        ("Đồng ý", "<p>Không đồng ý</p>"),
        ("Không đồng ý", "<p>Đồng ý</p>"),
        ("Đồng ý", "<p>Đồng ý</p><p>nhưng chưa duyệt phần 2</p>"),
        ("Đồng ý\n1. Hạn 15/6", "<p>Đồng ý</p><p>1. Hạn 16/6</p>"),
    ],
)
def test_a_word_that_stands_in_one_form_only_makes_the_letter_a_question(
    plain: str, page: str
) -> None:
    """Whichever form a reader shows, nothing is done that the other does not say."""
    assert not _both_forms(plain, page).certain


@pytest.mark.parametrize(
    ("plain", "page"),
    [
        ("*Đồng ý* <https://so.vn/x>", "<p><b>Đồng ý</b> <a href='https://so.vn/x'></a></p>"),
        ("Đồng ý\n\n[image: logo.png]", "<p>Đồng ý</p><img src='cid:1'>"),
        ("1. Đồng ý\n2. Từ chối", "<ol><li>Đồng ý</li><li>Từ chối</li></ol>"),
        (f"Đồng ý\n\n{TEXT_CLIENTS['gmail_vi']}", HTML_CLIENTS["gmail"]),
        (
            "Đồng ý\n\nTrân trọng,\nAn\n[Huy hiệu của Sở]<https://so.vn>",
            "<p>Đồng ý</p><p>Trân trọng,</p><p>An</p><img src='cid:1' alt='Huy hiệu của Sở'>",
        ),
    ],
)
def test_two_forms_of_the_same_words_are_certain(plain: str, page: str) -> None:
    """Links, pictures, lists, quotes and signatures look different in text and in HTML."""
    words = _both_forms(plain, page.replace("{}", "Đồng ý").replace("OLD", "KHÔNG DUYỆT"))
    assert words.certain


def _both_forms(plain: str, page: str) -> NewWords:
    parts = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--b\nContent-Type: "
    both = f"{parts}{HTML}\n\n{page}\n--b--"
    return answered(both, content_type="multipart/alternative; boundary=b")


def test_flowed_replies_are_joined_and_cut() -> None:
    """format=flowed with DelSp, as phones send it: words whole, the quote's depth kept."""
    flowed = "text/plain; charset=utf-8; format=flowed; delsp=yes"
    body = f"Đồng ý với giải  \npháp này.\n\nVào 3/11/2025, ISO <iso@so.vn> đã \n viết:\n{QUOTED}"
    words = answered(body, content_type=flowed)
    assert (words.text, words.certain) == ("Đồng ý với giải pháp này.", True)
    below = answered(f"ISO <iso@so.vn> đã viết:\n{QUOTED}\nĐồng  \ný", content_type=flowed)
    assert (below.text, below.certain) == ("Đồng ý", True)


def test_a_forward_says_only_what_stands_above_it() -> None:
    """A forward within a forward too; without words above it we ask."""
    inner = f"> {TEXT_CLIENTS['zimbra_forward']}".replace("\n", "\n> ")
    forward = f"---------- Forwarded message ---------\nTừ: B <b@so.vn>\n\nTỪ CHỐI\n\n{inner}"
    words = answered(f"Nhờ anh xem giúp\n\n{forward}", subject="Fwd: KPH")
    assert (words.text, words.certain) == ("Nhờ anh xem giúp", True)
    assert not answered(forward, subject="CT: KPH").certain


def test_lists_keep_their_numbers() -> None:
    """People answer by number; a mail program turns `1.` into a list of its own."""
    assert answered_html("<ol><li>Đồng ý</li><li>Từ chối</li></ol>").text == "1. Đồng ý\n2. Từ chối"
    assert answered_html("<ol start=3><li>a<ul><li>b</ul><li>c</ol>").text == "3. a\n- b\n4. c"
    word = (
        "<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'>"
        "<![if !supportLists]><span style='mso-list:Ignore'>1.<span style='font:7pt Times'>"
        "&nbsp;&nbsp;&nbsp; </span></span><![endif]>Đồng ý<o:p></o:p></p>"
    )
    assert answered_html(word).text == "1. Đồng ý"


def test_a_very_long_letter_is_uncertain_unless_the_rest_is_quote() -> None:
    """Only the first thousand lines are read; what is beyond is kept as quoted."""
    long = answered("dòng\n" * 1500)
    assert not long.certain
    assert long.text.count("dòng") + long.quoted.count("dòng") == 1500
    assert answered("Đồng ý\n" + QUOTED * 1000).certain


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
