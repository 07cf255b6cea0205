"""Replies to the mails we really send: quoted by each client, only the person's words are left."""

from datetime import UTC, datetime
from functools import cache
from textwrap import fill

import pytest

from mailflow.intake.quotes.quoting import NewWords, new_words
from mailflow.intake.reading.letter import Letter, Sent, read
from mailflow.intake.senders.screen import OwnAddresses, screen
from mailflow.intake.senders.thread import tokens
from mailflow.outbox.compose import compose
from mailflow.outbox.specimen import OTHER_KINDS, specimen
from mailflow.outbox.templates import open_templates
from mailflow.procedure.terms import Act
from tests.components import ROOT
from tests.intake.letters import HTML, TOKEN, letter

OURS = f"<a.{TOKEN}@coquan.vn>"
KINDS = [*OTHER_KINDS, Act.DECIDE_DISPOSITION.value, Act.REPORT.value]


@cache
def as_sent(kind: str) -> Sent:
    """Compose one of our mails as the outbox does, with a file."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    environment = open_templates([ROOT / "templates" / "mail"])
    file = ("BM.CTCL.01.docx", b"PK" * 2_000)
    return Sent(
        compose(specimen(kind), environment, message_id=OURS, token=TOKEN, at=at, attached=[file])
    )


@cache
def sent(kind: str) -> Letter:
    """Read one of our mails."""
    return read(as_sent(kind).raw)


def test_the_two_forms_of_our_mail_are_those_of_the_whole() -> None:
    """Its text and its HTML as text, without the files that go with it."""
    for kind in KINDS:
        assert tuple(as_sent(kind).forms()) == (sent(kind).text, sent(kind).marked)


def quoted(text: str) -> str:
    """Put `> ` before each line and wrap as old clients do."""
    return "".join(f"> {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize("kind", KINDS)
def test_our_mail_quoted_as_text_leaves_only_the_reply(kind: str) -> None:
    """With `>`, without it under Outlook's header, and with nothing but our own marker."""
    ours = sent(kind)
    assert ours.problems == ()
    under = (
        f"Vào Th 2, 23 thg 11, 2026 lúc 17:00 ISO <iso@coquan.vn> đã viết:\n\n{quoted(ours.text)}",
        f"Từ: ISO\nĐã gửi: Thứ Hai\nTới: An\nChủ đề: KPH\n\n{ours.text}",
        ours.text,
        quoted(ours.text),
    )
    for tail in under:
        words = new_words(letter(f"Đồng ý\n\n{tail}", in_reply_to=OURS), as_sent(kind))
        assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())


@pytest.mark.parametrize("kind", KINDS)
def test_our_mail_quoted_as_html_leaves_only_the_reply(kind: str) -> None:
    """By structure where the client gives one, by our marker where it gives none."""
    ours = sent(kind).html or ""
    assert ours
    for page in (
        f'<p>Đồng ý</p><blockquote type="cite">{ours}</blockquote>',
        f'<div>Đồng ý</div><div id="divRplyFwdMsg"><b>Từ:</b> ISO</div>{ours}',
        f"<div>Đồng ý</div><div>{ours}</div>",
    ):
        words = new_words(letter(page, content_type=HTML, in_reply_to=OURS), as_sent(kind))
        assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())


OUTLOOK = "Từ: ISO <iso@coquan.vn>\nĐã gửi: Thứ Hai\nTới: An\nChủ đề: KPH\n\n"
ASKS = Act.DECIDE_DISPOSITION.value


def typed(kind: str, words: str, *, above: str = "", mark: str = "", at: float = 0.5) -> NewWords:
    """Reply with `words` typed into the old mail, which Outlook quotes without any sign."""
    ours = sent(kind)
    lines = [mark + line for line in ours.text.strip().split("\n")]
    place = next(i for i in range(int(at * len(lines)), len(lines)) if not lines[i].strip("> "))
    old = "\n".join((*lines[:place], words, *lines[place:]))
    head = "ISO <iso@coquan.vn> đã viết:\n" if mark else OUTLOOK
    body = f"{above}\n\n{head}{old}"
    return new_words(letter(body, in_reply_to=OURS), as_sent(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mark", ["", "> "])
@pytest.mark.parametrize("at", [0.3, 0.6])
def test_words_typed_into_our_quoted_mail_are_read(kind: str, mark: str, at: float) -> None:
    """By comparing with what we sent, though nothing marks them; one stretch is the answer."""
    words = typed(kind, f"{mark}Từ chối, hồ sơ chưa đủ chữ ký", mark=mark, at=at)
    assert words.text == "Từ chối, hồ sơ chưa đủ chữ ký"
    assert words.certain


@pytest.mark.parametrize("mark", ["", "> "])
def test_words_typed_inside_beside_words_above_are_noticed(mark: str) -> None:
    """What was typed inside may change what stands above it: shown, so that we ask."""
    words = typed(ASKS, f"{mark}trừ mục 2 thì không", above="Đồng ý", mark=mark)
    assert (words.text, words.inline) == ("Đồng ý", ("trừ mục 2 thì không",))


def test_words_that_our_own_mail_has_too_are_noticed_where_they_are_more() -> None:
    """`Đồng ý` stands in our mail as what can be typed; once more of it was typed."""
    words = typed(ASKS, "Chuyển lãnh đạo")
    assert words.text.endswith("Chuyển lãnh đạo")


def test_an_answer_under_our_unmarked_mail_is_read() -> None:
    """Bottom posting in Outlook, with the signature and the disclaimer of the house."""
    ours = sent(ASKS)
    below = "Từ chối vì chưa đủ chữ ký\n\nTrân trọng,\nLê Thị Lan\n\n" + (
        "Thư này và các tệp đính kèm chỉ danh riêng cho người nhận; nếu không phải là người nhận "
        "xin vui lòng xóa thư và báo cho chúng tôi biết."
    )
    body = f"{OUTLOOK}{ours.text.strip()}\n\n{below}"
    words = new_words(letter(body, in_reply_to=OURS), as_sent(ASKS))
    assert (words.text, words.certain) == ("Từ chối vì chưa đủ chữ ký", True)
    assert "Lê Thị Lan" in words.signature


def test_several_answers_inside_are_asked_about() -> None:
    """Two stretches are two answers to something: kept apart, and not certain."""
    ours = sent(ASKS)
    lines = ours.text.strip().split("\n")
    lines[len(lines) // 3 : len(lines) // 3] = ["phần này được"]
    lines.append("phần này thì không")
    words = new_words(letter(OUTLOOK + "\n".join(lines), in_reply_to=OURS), as_sent(ASKS))
    assert words.inline == ("phần này được", "phần này thì không")
    assert not words.certain


def test_a_changed_line_of_our_mail_is_noticed_and_not_guessed_at() -> None:
    """Somebody filled a value in where our mail had another: shown, never acted on."""
    ours = sent(ASKS)
    line = next(line for line in ours.text.split("\n") if line.startswith("- Hạn bước này"))
    text = ours.text.replace(line, f"{line} xin lùi 30/6")
    words = new_words(letter(OUTLOOK + text, in_reply_to=OURS), as_sent(ASKS))
    assert "xin lùi 30/6" in words.text
    assert not words.certain


def test_our_mail_wrapped_anew_or_stripped_is_not_taken_for_typed_words() -> None:
    """Programs break lines, add link targets and pictures' names, and drop bullets."""
    ours = sent(ASKS)
    wrapped = "\n".join(fill(line, 50) for line in ours.text.split("\n"))
    linked = ours.text.replace("Kính gửi", "[cid:logo.png] Kính gửi").replace(
        "CTCL-", "<mailto:iso@coquan.vn?subject=x%20y> CTCL-", 1
    )
    bare = "\n".join(line.lstrip("-* ") for line in ours.text.split("\n"))
    for text in (wrapped, linked, bare, quoted(wrapped), ours.marked):
        words = new_words(letter(f"Đồng ý\n\n{OUTLOOK}{text}", in_reply_to=OURS), as_sent(ASKS))
        assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())


def test_a_line_wrapped_out_of_its_quote_is_not_an_answer() -> None:
    """Old programs break a quoted line and leave its end without `>`: it is ours all the same."""
    ours = sent(ASKS)
    broken = "\n".join(f"> {fill(line, 70)}" for line in ours.text.split("\n"))
    body = f"Đồng ý\n\nISO <iso@coquan.vn> đã viết:\n{broken}"
    assert new_words(letter(body, in_reply_to=OURS)).inline
    words = new_words(letter(body, in_reply_to=OURS), as_sent(ASKS))
    assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())


def test_words_typed_into_the_html_of_our_mail_are_noticed() -> None:
    """Inside the blockquote of a browser's mail, where everything counts as quoted."""
    ours = sent(ASKS)
    page = (ours.html or "").replace("Kính gửi", "<p>trừ mục 2</p><p>Kính gửi", 1)
    body = f'<p>Đồng ý</p><blockquote type="cite">{page}</blockquote>'
    words = new_words(letter(body, content_type=HTML, in_reply_to=OURS), as_sent(ASKS))
    assert (words.text, words.inline) == ("Đồng ý", ("trừ mục 2",))


def test_another_mails_quote_is_not_judged_by_ours() -> None:
    """Where the quote brings back little of our mail, nothing is said about typed words."""
    body = f"Đồng ý\n\n{OUTLOOK}Việc khác hẳn\nkhông phải thư này"
    words = new_words(letter(body, in_reply_to=OURS), as_sent(ASKS))
    assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())


def test_our_mail_come_back_is_a_loop_and_a_reply_is_not() -> None:
    """The screen and the outbox agree on our header; a reply never carries it."""
    own = OwnAddresses(frozenset(), specimen("answer")["agency"]["address"])
    ours = sent("answer")
    assert screen(ours, own).kind == "loop"
    assert screen(letter("Đồng ý", in_reply_to=OURS), own).kind == "person"
    assert tokens(letter("Đồng ý", in_reply_to=f"<{ours.message_id}>"), "coquan.vn") == (TOKEN,)
