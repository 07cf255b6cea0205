"""Who wrote: by the one address of the one From header, never by a name anybody can type."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.quotes.quoting import NewWords, new_words
from mailflow.intake.reading.addresses import mailbox, mailboxes, normal, split_list
from mailflow.intake.reading.letter import read
from mailflow.intake.senders.proof import aligned, authentication
from mailflow.intake.senders.sender import Sender, name_in, strict_from, who
from mailflow.procedure.people import Person, Roster
from tests.intake.letters import letter, raw

AN = Person("an@so.vn", "Nguyễn Văn An", "an@so.vn", "Phòng A")
LAN = Person("motcua@so.vn#le thi lan", "Lê Thị Lan", "motcua@so.vn", "Một cửa")
MINH = Person("motcua@so.vn#tran quang minh", "Trần Quang Minh", "motcua@so.vn", "Một cửa")
ROSTER = Roster(people=(AN, LAN, MINH))
SERVER = "mx.so.vn"


def found(body: str = "Đồng ý", token_person: str | None = None, **headers: str) -> Sender:
    """Find the sender of a plain letter."""
    got = letter(body, **headers)
    return who(got, new_words(got), ROSTER, SERVER, token_person)


def test_a_person_of_the_roster_is_known_by_address() -> None:
    """Case and an unknown display name change nothing."""
    sender = found(**{"from": '"Ai đó" <AN@So.vn>'})
    assert (sender.address, sender.person, sender.standing) == ("an@so.vn", AN, "known")
    assert sender.display_name == "Ai đó"
    assert sender.warnings == ()


@pytest.mark.threat("look-alike sender")
def test_a_stranger_is_unknown_also_under_a_known_name() -> None:
    """A roster name, or a roster address as a name, on an outside address is warned of."""
    for name in ("Nguyễn Văn An", "NGUYEN VAN AN", "an@so.vn"):
        sender = found(**{"from": f'"{name}" <x@evil.test>'})
        assert (sender.standing, sender.person) == ("unknown", None)
        assert sender.warnings == ("name_of:an@so.vn",)


@pytest.mark.threat("look-alike sender")
@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("an@so.vn <evil@evil.test>", "several_at"),
        ("an＠so.vn <evil@evil.test>", "several_at"),
        ("an@so.vn, evil@evil.test", "several_mailboxes"),
        ("<an@so.vn> evil@evil.test", "several_at"),
        ("an@so.vn (<evil@evil.test>", "address"),
        ('an@so.vn "<evil@evil.test>', "address"),
        ("Nhóm: an@so.vn;", "address"),
        ("<@evil.test:an@so.vn>", "several_at"),
        ("Nguyen Van An", "address"),
        ('"an@so.vn"', "address"),
        ("<an@so.vn", "address"),
        ("an @so.vn", "address"),
        ("x@" + "a" * 300 + ".vn", "address"),
        ("an@so.vn" + " " * 2_000 + "(a)", "address"),
    ],
)
def test_a_doubtful_from_is_invalid(header: str, why: str) -> None:
    """What servers and mail programs could read in two ways names nobody."""
    sender = found(**{"from": header})
    assert (sender.standing, sender.address, sender.people) == ("invalid", None, ())
    assert sender.warnings == (f"from:{why}",)


@pytest.mark.parametrize(
    "header",
    [
        "an@so.vn",
        "<an@so.vn>",
        "Nguyễn, Văn An <an@so.vn>",
        '"Nguyễn, Văn (An) @ Sở" <an@so.vn>',
        "=?utf-8?B?TmfhurduIDxAPg==?= <an@so.vn>",
        "an@so.vn (Nguyễn Văn An)",
        "(Sở) An <an@so.vn>",
        "An\r\n <an@so.vn>",
        "An <an@so.vn> (qua điện thoại)",
    ],
)
def test_every_plain_way_to_write_from_is_taken(header: str) -> None:
    """Quotes, comments, encoded names and folding do not hide the one address."""
    assert strict_from([header]).address == "an@so.vn"


@pytest.mark.threat("look-alike sender")
def test_two_from_headers_or_none_are_invalid() -> None:
    """The count is exactly one."""
    got = read(b"From: an@so.vn\n" + raw())
    assert who(got, new_words(got), ROSTER, SERVER).warnings == ("from:several_headers",)
    assert found(**{"from": ""}).warnings == ("from:none",)


def test_reply_to_sender_and_anothers_token_are_noted_and_decide_nothing() -> None:
    """An stays An whatever the other headers say."""
    sender = found(token_person=LAN.id, reply_to="x@evil.test", sender="bot@evil.test")
    assert sender.person == AN
    assert sender.warnings == ("reply_to_differs", "sender_differs", "token_of_another")
    assert found(reply_to="an@so.vn", sender="khac@so.vn", token_person=AN.id).warnings == ()


@pytest.mark.parametrize(
    ("body", "person"),
    [
        ("Đồng ý\n\nTrân trọng,\nLê Thị Lan\nPhòng Một cửa", LAN),
        ("Đồng ý\n-- \nTrần Quang Minh - 0912345678", MINH),
        ("Đồng ý\nLan", LAN),
        ("Đồng ý\nEm Lan", LAN),
        ("Tôi là Trần Quang Minh.\nĐồng ý", MINH),
        ("LE THI LAN\ndong y", LAN),
        ("Đồng ý\nNgười gửi: Lê Thị Lan", LAN),
        ("Đồng ý", None),
        ("Chị Lan,\nĐồng ý", None),
        ("Lan,\nĐồng ý", None),
        ("Giao Lê Thị Lan làm", None),
        ("Người thực hiện:\nLê Thị Lan", None),
        ("Người thực hiện: Lê Thị Lan", None),
        ("Đồng ý\nLê Thị Lan\nTrần Quang Minh", None),
        ("Đồng ý\n> Lê Thị Lan\n> đã viết", None),
    ],
)
def test_a_shared_mailbox_is_settled_by_who_signs(body: str, person: Person | None) -> None:
    """A name alone on its line or in the signature; naming somebody in a task is not signing."""
    sender = found(body, LAN.id, **{"from": "motcua@so.vn", "in_reply_to": "<x@y>"})
    assert sender.person == person
    if person is None:
        assert (sender.standing, sender.people) == ("shared", (LAN, MINH))


def test_two_people_of_one_given_name_are_not_guessed_between() -> None:
    """`Lan` settles nothing where two Lans read the mailbox; the full name does."""
    other = Person("motcua@so.vn#vu lan", "Vũ Lan", "motcua@so.vn", "Một cửa")
    assert name_in(NewWords("Đồng ý\nLan", "", True), [LAN, other]) is None
    assert name_in(NewWords("Đồng ý\nVũ Lan", "", True), [LAN, other]) == other


@pytest.mark.threat("forged sender")
@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("mx.so.vn; dmarc=pass header.from=so.vn", "pass"),
        ("MX.So.vn; dmarc=pass (p=none dis=none) header.from=so.vn", "pass"),
        ("mx.so.vn 1; dkim=pass header.d=so.vn header.s=x", "pass"),
        ("mx.so.vn; dkim=pass header.i=@so.vn; dmarc=none", "pass"),
        ("mx.so.vn; spf=pass smtp.mailfrom=an@mail.so.vn", "pass"),
        ("mx.so.vn; spf=fail smtp.mailfrom=so.vn; dkim=pass header.d=so.vn", "pass"),
        ("mx.so.vn; dmarc=fail header.from=so.vn; dkim=pass header.d=so.vn", "fail"),
        ("mx.so.vn; dmarc=fail (p=reject) header.from=so.vn", "fail"),
        ("mx.so.vn; spf=fail smtp.mailfrom=so.vn", "fail"),
        ("mx.so.vn; dkim=fail (sai) header.d=so.vn", "fail"),
        ("mx.so.vn; spf=softfail smtp.mailfrom=so.vn", "none"),
        ("mx.so.vn; dmarc=pass header.from=evil.test", "none"),
        ("mx.so.vn; dkim=pass header.d=evil.test", "none"),
        ("mx.so.vn; dkim=pass header.d=notso.vn", "none"),
        ("mx.so.vn; spf=fail smtp.mailfrom=evil.test", "none"),
        ("mx.so.vn; none", "none"),
        ("mx.evil.test; dmarc=pass header.from=so.vn", "none"),
        ("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=so.vn; dmarc=pass", "none"),
        ('mx.so.vn; spf=none smtp.mailfrom="a; dmarc=pass header.from=so.vn; b"@x', "none"),
        ('mx.so.vn; spf=none smtp.mailfrom="a\\"; dmarc=pass; \\"b"@x', "none"),
        ("mx.so.vn; spf=none (a (b; dmarc=pass) ; dmarc=pass ) x=y", "none"),
        ("mx.so.vn; spf=none (mở; dmarc=pass header.from=so.vn", "none"),
        ("", "none"),
    ],
)
def test_only_the_trusted_server_is_believed(results: str, verdict: str) -> None:
    """Aligned pass, explicit fail, or nothing; comments and quoted strings hold no result."""
    assert found(authentication_results=results).authentication == verdict


def test_of_several_results_the_topmost_trusted_counts() -> None:
    """Forged headers lie below what the border wrote; other servers' are passed over."""
    other = b"Authentication-Results: relay.so.vn; dmarc=pass header.from=so.vn\n"
    ours = b"Authentication-Results: mx.so.vn; dmarc=fail header.from=so.vn\n"
    forged = b"Authentication-Results: mx.so.vn; dmarc=pass header.from=so.vn\n"
    assert authentication(read(other + ours + forged + raw()), SERVER, "so.vn") == "fail"
    assert authentication(read(forged + raw()), None, "so.vn") == "none"


def test_domains_align_by_labels() -> None:
    """so.vn covers mail.so.vn, not notso.vn; a top domain covers nothing."""
    assert aligned("so.vn", "so.vn")
    assert aligned("mail.so.vn", "so.vn")
    assert aligned("so.vn", "mail.so.vn")
    assert not aligned("notso.vn", "so.vn")
    assert not aligned("vn", "so.vn")
    assert not aligned("", "so.vn")


def test_addresses_are_compared_in_one_form() -> None:
    """NFKC, IDNA and lower case; what is no address is nothing."""
    assert normal("An@SO.vn") == normal("ａｎ@so.vn") == "an@so.vn"
    assert normal("an@sở.vn").startswith("an@xn--")
    assert normal(f"an@{'a' * 70}.vn") == ""
    assert normal("an@") == normal("@so.vn") == normal("an so@x.vn") == normal("") == ""


def test_lists_are_cut_outside_quotes_and_comments() -> None:
    """Commas in names do not make mailboxes; groups and routes of old are understood."""
    header = '"A, B" <a@x.vn>, C (d, e) <c@x.vn>; Nhóm: e@x.vn, undisclosed-recipients:;'
    assert [b.address for b in mailboxes((header,))] == ["a@x.vn", "c@x.vn", "e@x.vn"]
    assert split_list('"A \\" , B" <a@x.vn>') == ('"A \\" , B" <a@x.vn>',)
    assert mailbox('"A \\"Z\\"" <a@x.vn>').name == 'A "Z'
    assert mailbox("<@r.vn:a@x.vn>").address == "a@x.vn"


@pytest.mark.parametrize(
    "value",
    ["(" * 500_000, '"\\' * 250_000, "a@b <" * 100_000, '""' * 250_000 + "@", "()" * 250_000],
    ids=lambda text: repr(text[:10]),
)
def test_hostile_headers_are_judged_quickly(value: str) -> None:
    """Half a megabyte in From and in the results costs less than a second."""
    got = letter(**{"from": value, "authentication_results": f"mx.so.vn; {value}"})
    begun = time.process_time()
    who(got, new_words(got), ROSTER, SERVER)
    authentication(got, SERVER, "so.vn")
    strict = [value[:900]]
    with pytest.raises(ValueError, match=r"^[a-z_]+$"):
        strict_from(strict)
    assert time.process_time() - begun < 1


@given(st.text(), st.text(alphabet='<>@,;:"()\\ ab.vn'), st.text())
def test_no_from_crashes_or_names_two_people(body: str, header: str, results: str) -> None:
    """Whatever the headers: known means one person, everything else none or candidates."""
    sender = found(
        body,
        **{"from": header.strip(), "authentication_results": " ".join(results.split())},
    )
    assert (sender.person is not None) == (sender.standing == "known")
    assert (sender.address is None) == (sender.standing == "invalid")
