"""Subjects and names come back from a mail as they went in, however long and wherever folded."""

import email
from copy import deepcopy
from datetime import UTC, datetime
from email.header import decode_header, make_header

from hypothesis import given
from hypothesis import strategies as st

from mailflow.outbox import specimen, templates
from mailflow.outbox.compose import compose
from mailflow.settings import data_root

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

TEMPLATES = templates.open_templates([data_root() / "templates" / "mail"])
WORDS = st.lists(
    st.sampled_from(["Phiếu", "hẹn", "thiếu", "chữ", "ký", "ở", "UBND", "x", "đã", "trả"]),
    min_size=1,
    max_size=14,
).map(" ".join)


@given(WORDS, WORDS)
def test_no_blank_is_lost_where_a_header_is_folded(title: str, name: str) -> None:
    """What a mail program shows is what was written: subject, our name, the reader's name."""
    context = deepcopy(specimen.specimen("comment"))
    assert context["request"]
    context["request"]["title"] = title
    context["agency"]["display_name"] = context["person"]["name"] = name
    raw = compose(context, TEMPLATES, message_id="<n.1@x.example>", token="", at=AT)
    read = email.message_from_bytes(raw)
    assert _shown(read["Subject"]) == f"[{context['request']['code']}] {title}"
    assert _shown(read["From"]) == f"{name} <{context['agency']['address']}>"
    assert _shown(read["To"]) == f"{name} <{context['person']['email']}>"


def _shown(header: str) -> str:
    """Decode by RFC 2047: blanks between encoded words are no blanks."""
    return " ".join(str(make_header(decode_header(header))).split())
