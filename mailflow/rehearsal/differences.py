"""How a trial differs from what the record says: letters, entries of requests, mails."""

import difflib
import email
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from email.policy import default
from itertools import zip_longest
from typing import NamedTuple, TypedDict

from mailflow.outbox.page import Page
from mailflow.procedure.request import Entry
from mailflow.record import Letter, Notice, canonical

_MARK = re.compile(r"\b[a-z2-7]{26}\b")
"""A token (128 bits in lower-case base32), which no two mails share."""

TOKEN = "a" * 26
"""Stands for the token of a mail that is rendered to be compared."""

Render = Callable[[Notice, Sequence[str]], Page]
"""Gives a notice's page, with the names of the files that go with it."""

NOTHING = "-"
LONGEST = 200
"""Characters of a value that is still shown whole."""


class Difference(TypedDict):
    """One thing that would be otherwise.

    `what` is letter, request, mail or register; `which` names it; `cause` is the letter or the
    moment at which it shows. `lines` are the lines of a mail that differ, as diff writes them.
    """

    what: str
    which: str
    cause: str
    say: str
    was: str
    now: str
    lines: list[str]


def difference(
    what: str, which: str, cause: str, say: str, was: object, now: object, lines: Iterable[str] = ()
) -> Difference:
    """Make a difference; values that are no text are written as JSON, long ones as their lines."""
    before, after = _written(was), _written(now)
    if max(len(before), len(after)) > LONGEST:
        lines = _changed(_spread(was), _spread(now))
        before, after = "", ""
    return Difference(
        what=what, which=which, cause=cause, say=say, was=before, now=after, lines=list(lines)
    )


def _written(value: object) -> str:
    if value is None or value == "":
        return NOTHING
    return value if isinstance(value, str) else canonical(value)


def _spread(value: object) -> list[str]:
    if isinstance(value, str):
        return value.splitlines()
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str).splitlines()


def _changed(was: Sequence[str], now: Sequence[str]) -> list[str]:
    lines = difflib.unified_diff(was, now, lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def of_letter(was: Letter, now: Letter, cause: str) -> Iterator[Difference]:
    """Say what of a letter's end differs; the request is named where it does."""
    for name in ("outcome", "request", "person", "reason"):
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            yield difference("letter", str(was.id), cause, name, before, after)
    before, after = _acts(was), _acts(now)
    if before != after:
        yield difference("letter", str(was.id), cause, "acts", before, after)


def _acts(letter: Letter) -> str:
    return "; ".join(
        " ".join(filter(None, (act["act"], act["answer"], act["request"], act["outcome"])))
        for act in letter.acts
    )


def of_entries(was: Sequence[Entry], now: Sequence[Entry], cause: str) -> Iterator[Difference]:
    """Compare what stands in requests' journals, and so in their states and boxes."""
    codes = dict.fromkeys(entry.request or "" for entry in (*was, *now))
    for code in codes:
        ours = [entry for entry in was if entry.request == code]
        theirs = [entry for entry in now if entry.request == code]
        for one, other in zip_longest(ours, theirs):
            yield from _of_entry(code, one, other, cause)


def _of_entry(code: str, was: Entry | None, now: Entry | None, cause: str) -> Iterator[Difference]:
    if was is None or now is None or _act(was) != _act(now):
        yield difference("request", code, cause, "act", _act(was), _act(now))
        return
    for name in ("by", "entered_by", "proof", "role", "target", "box", "clause", "notes"):
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            yield difference("request", code, cause, f"{was.act.value}: {name}", before, after)
    for name in dict.fromkeys((*was.fields, *now.fields)):
        before, after = was.fields.get(name), now.fields.get(name)
        if _json(before) != _json(after):
            yield difference("request", code, cause, f"{was.act.value}: {name}", before, after)


def _json(value: object) -> str:
    return canonical({"value": value})


def _act(entry: Entry | None) -> str:
    return f"{entry.act.value} {entry.answer}".strip() if entry else ""


class Was(NamedTuple):
    """A notice of the record and the mail it went out as, None of one that did not."""

    notice: Notice
    mail: bytes | None


def of_mails(
    was: Mapping[str, Was],
    now: Mapping[str, Notice],
    owed: Iterable[str],
    render: Render,
    cause: str,
    gone: Sequence[str] = (),
) -> Iterator[Difference]:
    """Compare mails by their keys; `owed` are the keys of those that went out at this point.

    Of one that was not sent, the words are made anew. Mails that tell of what is `gone` since are
    passed over.
    """
    for key, notice in now.items():
        if key not in was:
            yield difference("mail", _named(notice), cause, "sent besides", "", "")
        elif not _tells_of(was[key], gone):
            yield from _of_mail(was[key], notice, render, cause)
    for key in owed:
        if key not in now and not _tells_of(was[key], gone):
            notice = was[key].notice
            yield difference("mail", _named(notice), cause, "not sent", "", "")


def _named(notice: Notice) -> str:
    return f"{notice.kind} to {notice.address}"


def _tells_of(was: Was, gone: Sequence[str]) -> bool:
    said = canonical(was.notice.context)
    return any(code in said for code in gone)


def _of_mail(was: Was, now: Notice, render: Render, cause: str) -> Iterator[Difference]:
    which = f"{was.notice.id}: {_named(was.notice)}"
    if was.notice.address != now.address:
        yield difference("mail", which, cause, "recipient", was.notice.address, now.address)
    names, subject, lines = _sent(was.mail) if was.mail is not None else _unsent(was, render)
    page = render(now, names)
    if subject != page.subject:
        yield difference("mail", which, cause, "subject", subject, page.subject)
    changed = _changed(lines, _lines(page.text))
    if changed:
        yield difference("mail", which, cause, "text", "", "", changed)


def _unsent(was: Was, render: Render) -> tuple[list[str], str, list[str]]:
    page = render(was.notice, [])
    return [], page.subject, _lines(page.text)


def _sent(mail: bytes) -> tuple[list[str], str, list[str]]:
    """Give the names of a mail's files, its subject and lines."""
    message: EmailMessage = email.message_from_bytes(mail, policy=default)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    names = [name for part in message.iter_attachments() if (name := part.get_filename())]
    return names, str(message["Subject"]), _lines(text)


def _lines(text: str) -> list[str]:
    return [_MARK.sub("…", line.rstrip()) for line in text.strip().splitlines()]
