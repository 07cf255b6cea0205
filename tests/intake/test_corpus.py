"""Public mails: every one is read, no word is lost, and sets that say what to expect are met."""

import base64
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from functools import cache
from pathlib import Path

import pytest

from mailflow.intake.quotes.quoting import NewWords, new_words
from mailflow.intake.reading.hypertext import DIVIDER
from mailflow.intake.reading.letter import Letter, read
from mailflow.intake.senders import thread
from mailflow.intake.senders.screen import OwnAddresses, screen
from mailflow.intake.senders.sender import who
from mailflow.procedure.people import Roster
from tests.components import corpus
from tests.intake.letters import raw

SETS = ("cpython", "imap_tools", "flufl.bounce", "mikel-mail")
REPLIES = ("email_reply_trimmer", "email_reply_parser_zapier", "crisp-email-forward-parser")
NOBODY = OwnAddresses(frozenset({"iso@so.vn"}))
KINDS = {"person", "auto_reply", "bounce", "bulk", "loop", "calendar", "receipt"}


@cache
def samples(name: str) -> tuple[Path, ...]:
    """List the mails of a set."""
    found = (p for p in corpus(f"eml/{name}").rglob("*") if p.suffix in (".eml", ".txt"))
    return tuple(sorted(p for p in found if p.is_file() and p.read_bytes().strip()))


@cache
def letter_of(path: Path) -> Letter:
    """Read a sample once for all tests."""
    return read(path.read_bytes())


def reply(path: Path, subject: str = "Re: KPH") -> NewWords:
    """Cut a sample that is only a body."""
    return new_words(read(raw("", subject=subject) + path.read_bytes()))


def words(text: str | None) -> list[str]:
    """Return what the comparisons count: words, whatever stands between them."""
    return re.findall(r"\w+", text or "")


def tell(name: str, what: str, met: int, all_: int) -> float:
    """Write a line of the table that `pytest -s` shows, and give the share."""
    sys.stdout.write(f"\n{name:28} {what:34} {met:4} of {all_:4}  {met / all_:6.1%}")
    return met / all_


# --- every mail ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_every_public_mail_goes_through_the_whole_reading(name: str) -> None:
    """Read, screened, cut, its sender judged: no exception, one kind, nobody taken for known."""
    kinds: Counter[str] = Counter()
    for path in samples(name):
        letter = letter_of(path)
        found = new_words(letter)
        kinds[screen(letter, NOBODY).kind] += 1
        assert who(letter, found, Roster(()), "mx.so.vn").standing in ("unknown", "invalid"), path
        assert thread.tokens(letter, "so.vn") == (), path
        assert thread.codes(letter, found, "CTCL") == (), path
        assert letter.message_id, path
        assert DIVIDER not in found.text, path
    assert set(kinds) <= KINDS
    for kind, count in sorted(kinds.items()):
        tell(name, f"taken as {kind}", count, kinds.total())


@pytest.mark.parametrize("name", SETS + REPLIES)
def test_no_word_of_a_body_is_lost_or_made_up(name: str) -> None:
    """As often as it stands in the body, each word stands in new words, quote or signature."""
    for path in samples(name):
        letter = letter_of(path)
        found = new_words(letter)
        kept = Counter(words("\n".join((found.text, found.quoted, found.signature))))
        forms = [Counter(words(form)) for form in (letter.text, letter.marked) if form]
        assert not forms or any(form <= kept for form in forms), path
        assert not set(words(found.text)) - set().union(*forms), path


def plain_parts(part: Message) -> Iterator[bytes]:
    """Walk the plain text that a mail shows, as the standard library sees it; not into mails."""
    if part.get_content_maintype() == "message" or part.get_filename():
        return
    if not part.is_multipart():
        data = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else b""
        yield data if isinstance(data, bytes) else b""
        return
    for child in part.get_payload():
        if isinstance(child, Message):
            yield from plain_parts(child)


@pytest.mark.parametrize("name", SETS)
def test_the_words_of_every_plain_part_are_in_the_letter(name: str) -> None:
    """By an independent walk; where the HTML says something else, that is said as a problem."""
    for path in samples(name):
        letter = letter_of(path)
        here = set(re.findall("[A-Za-z]{4,}", f"{letter.text}\n{letter.marked}"))
        if letter.problems and not all(p.startswith("charset") for p in letter.problems):
            continue
        for data in plain_parts(message_from_bytes(path.read_bytes())):
            said = set(re.findall("[A-Za-z]{4,}", data.decode("ascii", "replace")))
            assert said <= here, (path, sorted(said - here)[:10])


# --- sets that say what to expect ----------------------------------------------------------------


def imap_tools_expects() -> Iterator[tuple[Letter, dict[str, object]]]:
    """Pair each mail of imap_tools with what its JSON expects."""
    folder = corpus("eml/imap_tools")
    for path in sorted((folder / "messages_data").rglob("*.json")):
        mail = folder / "messages" / path.relative_to(folder / "messages_data").with_suffix(".eml")
        yield letter_of(mail), json.loads(path.read_text(encoding="utf-8"))


def ascii_words(text: str | None) -> list[str]:
    """Return words as far as both readers have their letters: imap_tools drops what it cannot."""
    return words((text or "").encode("ascii", "ignore").decode())


def same_text(letter: Letter, expected: str, html: str) -> bool:
    """Tell whether a body is read as expected, or differs by one of our three rules.

    A mail within the mail is never read: ours is the beginning. HTML alone, or HTML that says
    something else than the plain form, is what people saw: ours are the HTML's words.
    """
    ours, theirs = ascii_words(letter.text), ascii_words(expected)
    if ours == theirs or words(letter.text) == words(expected):
        return True
    if any(kind.startswith("message/") for kind in letter.part_types):
        return theirs[: len(ours)] == ours
    if not theirs or "text_differs" in letter.problems:
        return bool(ours) and set(ours) <= set(ascii_words(html))
    return False


def test_imap_tools_expectations_are_met() -> None:
    """From, subject, text and the names of files, mail by mail.

    What is left: an address that is none, a subject whose letters imap_tools drops, a file of a
    mail within the mail, names that we make up and imap_tools leaves empty.
    """
    met: Counter[str] = Counter()
    for letter, expected in imap_tools_expects():
        sender, subject, text, html = (
            str(expected[k]) for k in ("from_", "subject", "text", "html")
        )
        domain = sender.rpartition("@")[2].encode("idna").decode()
        address = f"{sender.rpartition('@')[0]}@{domain}".lower() if "@" in sender else ""
        met["from"] += address == (letter.from_addresses or ("",))[0]
        met["subject"] += ascii_words(letter.subject) == ascii_words(subject)
        met["text"] += same_text(letter, text, html)
        files = expected["attachments"]
        assert isinstance(files, list)
        wanted = {ascii_words(file["filename"])[0] for file in files if file["filename"]}
        got = {ascii_words(attachment.name)[0] for attachment in letter.attachments}
        met["files"] += wanted <= got and len(letter.attachments) <= max(1, len(files))
        met["all"] += 1
    shares = {k: tell("imap_tools", k, met[k], met["all"]) for k in met if k != "all"}
    assert min(shares.values()) >= 0.95, shares


TRIMMED_OTHERWISE = {
    **dict.fromkeys(
        ("email_headers_5", "embedded_email_2", "embedded_email_swedish"),
        "a closing with names below is the signature",
    ),
    **dict.fromkeys(
        ("embedded_email_16", "embedded_email_17", "embedded_email_7", "quote_and_text"),
        "a quote is never the person's words, wherever it stands",
    ),
    **dict.fromkeys(
        ("embedded_email_18", "forwarded_message", "quote_only"),
        "a letter that only quotes says nothing: we ask",
    ),
    "embedded_email_12": "an address over four lines, beyond any client seen here",
    "delimiters": "the mark of a tracking service",
    "signatures": "advertisements of phones in languages nobody writes here",
}


def test_replies_are_cut_as_email_reply_trimmer_cuts_them() -> None:
    """Of 64 pairs those that differ are named, each with the rule that makes us differ."""
    folder = corpus("eml/email_reply_trimmer")
    differ = set()
    for path in sorted((folder / "emails").iterdir()):
        wanted = (folder / "trimmed" / path.name).read_text(encoding="utf-8")
        ours = (line.rstrip() for line in reply(path).text.split("\n"))
        if list(ours) != [line.rstrip() for line in wanted.strip().split("\n")]:
            differ.add(path.stem)
    assert differ <= set(TRIMMED_OTHERWISE)
    assert tell("email_reply_trimmer", "trimmed alike", 64 - len(differ), 64) >= 0.75


def test_what_email_reply_trimmer_finds_embedded_is_never_the_persons_word() -> None:
    """Where a set says which mail is embedded, none of its lines is left in the new words."""
    folder = corpus("eml/email_reply_trimmer")
    met, paths = 0, sorted((folder / "embedded").iterdir())
    for path in paths:
        found = reply(folder / "emails" / path.name)
        old = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        met += not {line for line in old if words(line)} & set(found.text.split("\n"))
    assert tell("email_reply_trimmer", "embedded mail cut off", met, len(paths)) == 1


OWN_WORDS = "Praesent suscipit egestas hendrerit.\n\nAliquam eget dui dui."
OTHER_WORDS = "That's true!\n\nRegards,\n\ne."


def test_a_forward_is_seen_as_one_in_every_client_and_language() -> None:
    """crisp's forwards of ten clients in twenty languages: no word of theirs is the forwarder's."""
    paths = [p for p in samples("crisp-email-forward-parser") if "_body" in p.stem]
    met = 0
    for path in paths:
        found = reply(path, subject="Fwd: Integer consequat non purus")
        own = found.text in ("", OWN_WORDS, OTHER_WORDS)
        met += own and bool(found.quoted) and (found.certain or not found.text)
    assert tell("crisp-email-forward-parser", "seen as forwards", met, len(paths)) >= 0.95


ZAPIER = {  # how the reply begins and ends, as a person reads the samples
    "correct_sig": ("this is an email", "-- signature."),
    "email_1_1": ("Hi folks", "-Abhishek Kona"),
    "email_1_2": ("Hi,", 'them all individually."'),
    "email_1_3": ("Oh thanks.", "-Abhishek Kona"),
    "email_1_4": ("Awesome!", "another problem with it."),
    "email_1_5": ("One: Here's", "for a while."),
    "email_1_6": ("I get proper", "rendering as well."),
    "email_1_7": (":+1:", ":+1:"),
    "email_1_8": ("I will reply", "and under this."),
    "email_2_1": ("Outlook", "with a reply"),
    "email_2_2": ("Outlook", "directly above line"),
    "email_2_3": ("Outlook", "using unusual format"),
    "email_BlackBerry": ("Here is", "another email"),
    "email_bullets": ("test 2", "- and another"),
    "email_gmail": ("This is a test", "a github message."),
    "email_headers_no_delimiter": ("And another", "reply!"),
    "email_iPhone": ("Here is", "another email"),
    "email_multi_word_sent_from_my_mobile_device": ("Here is", "another email"),
    "email_one_is_not_on": ("Thank, this", "when I run..."),
    "email_partial_quote_header": ("On your remote", "tunnel is not working."),
    "email_sent_from_my_not_signature": ("Here is", "then my mobile phone."),
    "email_sig_delimiter_in_middle_of_line": ("Hi there!", "kthxbai"),
    "greedy_on": ("On your remote", "tunnel is not working."),
    "pathological": ("I think", "back to a computer."),
}


def test_the_replies_of_zapier_are_cut_as_a_person_would() -> None:
    """Begin and end of the words, those typed between the quotes included."""
    met = 0
    for path in samples("email_reply_parser_zapier"):
        found = reply(path)
        own = (found.text, *(i for i in found.inline if i not in found.text))
        begin, end = ZAPIER[path.stem]
        met += own[0].startswith(begin) and own[-1].endswith(end)
    assert tell("email_reply_parser_zapier", "cut as a person would", met, len(ZAPIER)) >= 0.9


def test_bounces_are_taken_for_bounces() -> None:
    """flufl.bounce's files that name a failed address; none is worked off as a person's letter."""
    folder = corpus("eml/flufl.bounce")
    rows = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    named = {file: [base64.b64decode(a["b64"]) for a in found] for _, file, found, _ in rows}
    bounces = [path for path in samples("flufl.bounce") if named.get(path.name)]
    seen = [path for path in bounces if screen(letter_of(path), NOBODY).kind == "bounce"]
    assert tell("flufl.bounce", "taken as bounces", len(seen), len(bounces)) >= 0.9


@pytest.mark.parametrize("name", ["imap_tools", "mikel-mail", "cpython"])
def test_no_other_mail_is_taken_for_a_bounce(name: str) -> None:
    """Where a mail is called a bounce it is a report, or a daemon's, or tells of itself as one."""
    for path in samples(name):
        letter = letter_of(path)
        if screen(letter, NOBODY).kind == "bounce":
            told = f"{letter.report_type} {letter.subject} {letter.text[:600]}".lower()
            assert re.search("deliver|returned|undeliver|failure", told), path
