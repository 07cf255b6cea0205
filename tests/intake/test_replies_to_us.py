"""Replies to the mails we really send: quoted by each client, only the person's words are left."""

from datetime import UTC, datetime

import pytest

from mailflow.intake.letter import Letter, read
from mailflow.intake.quoting import new_words
from mailflow.intake.screen import OwnAddresses, screen
from mailflow.intake.thread import tokens
from mailflow.outbox.compose import compose
from mailflow.outbox.specimen import OTHER_KINDS, specimen
from mailflow.outbox.templates import open_templates
from mailflow.procedure.terms import Act
from tests.components import ROOT
from tests.intake.letters import HTML, TOKEN, letter

OURS = f"<a.{TOKEN}@coquan.vn>"
KINDS = [*OTHER_KINDS, Act.DECIDE_DISPOSITION.value, Act.REPORT.value]


def sent(kind: str) -> Letter:
    """Compose one of our mails as the outbox does, and read it."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    environment = open_templates([ROOT / "templates" / "mail"])
    return read(compose(specimen(kind), environment, message_id=OURS, token=TOKEN, at=at))


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
        words = new_words(letter(f"Đồng ý\n\n{tail}", in_reply_to=OURS))
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
        words = new_words(letter(page, content_type=HTML, in_reply_to=OURS))
        assert (words.text, words.certain, words.inline) == ("Đồng ý", True, ())


def test_our_mail_come_back_is_a_loop_and_a_reply_is_not() -> None:
    """The screen and the outbox agree on our header; a reply never carries it."""
    own = OwnAddresses(frozenset(), specimen("answer")["agency"]["address"])
    ours = sent("answer")
    assert screen(ours, own).kind == "loop"
    assert screen(letter("Đồng ý", in_reply_to=OURS), own).kind == "person"
    assert tokens(letter("Đồng ý", in_reply_to=f"<{ours.message_id}>"), "coquan.vn") == (TOKEN,)
