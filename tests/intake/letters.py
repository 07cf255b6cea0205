"""Letters for the tests of the intake: short to write, exact in their bytes."""

from mailflow.intake.quotes.quoting import NewWords, new_words
from mailflow.intake.reading.letter import Letter, read

TOKEN = "abcdefghijklmnopqrstuvwxyz"
ASKED = f"<a.{TOKEN}@so.vn>"


def raw(body: str = "Đồng ý", charset: str = "utf-8", **headers: str) -> bytes:
    """Write a plain letter from An; `in_reply_to="<x@y>"` names a header, "" leaves it out."""
    all_headers = {
        "from": "Nguyen Van An <an@so.vn>",
        "to": "iso@so.vn",
        "subject": "Re: KPH",
        "message_id": "<1@so.vn>",
        "content_type": f'text/plain; charset="{charset}"',
        "content_transfer_encoding": "8bit",
        **headers,
    }
    lines = [f"{k.replace('_', '-').title()}: {v}\n" for k, v in all_headers.items() if v]
    return "".join(lines).encode() + b"\n" + body.encode(charset)


def letter(body: str = "Đồng ý", **headers: str) -> Letter:
    """Read a plain letter."""
    return read(raw(body, **headers))


def answered(body: str, **headers: str) -> NewWords:
    """Cut a plain reply to one of our mails."""
    return new_words(letter(body, in_reply_to=ASKED, **headers))


def answered_html(body: str, **headers: str) -> NewWords:
    """Cut a reply that has HTML only."""
    return answered(f"<html><body>{body}</body></html>", content_type=HTML, **headers)


HTML = 'text/html; charset="utf-8"'


def multipart(kind: str, *parts: str, **headers: str) -> bytes:
    """Write a multipart letter; each part is its headers, an empty line and its body."""
    body = "".join(f"--limit\n{part}\n" for part in parts) + "--limit--\n"
    return raw(body, content_type=f'{kind}; boundary="limit"', **headers)
