"""Addresses that get no mail, ever: nobody's, machines', servers' and our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.outbox.address import forbidden, return_address, return_tag, returned_to

OWN = "iso@so.vn"
NAMES = ["no-reply", "noreply", "do-not-reply", "donotreply", "khong-tra-loi", "bounce", "bounces"]
DAEMONS = ["mailer-daemon", "postmaster", "mdaemon", "mail-daemon"]

_domain = st.from_regex(r"[a-z]{1,10}(\.[a-z]{2,6}){1,2}", fullmatch=True)
_tail = st.from_regex(r"([+._=-][a-z0-9=]{0,20})?", fullmatch=True)
_person = st.from_regex(r"[a-z]{2,8}\.[a-z]{1,4}", fullmatch=True)


def shouted(text: str, draw: st.DataObject) -> str:
    """The same address as a program might write it: any case, blanks and brackets around."""
    cased = "".join(c.upper() if draw.draw(st.booleans()) else c for c in text)
    return draw.draw(st.sampled_from(["{}", " {} ", "<{}>", "\t{}"])).format(cased)


@given(st.sampled_from(NAMES), _tail, _domain, st.data())
def test_a_machines_address_never_gets_mail(
    name: str, tail: str, domain: str, data: st.DataObject
) -> None:
    """However it is written and whatever follows the name."""
    assert forbidden(shouted(f"{name}{tail}@{domain}", data), OWN)


@given(st.sampled_from(DAEMONS), _domain, st.data())
def test_a_mail_server_never_gets_mail(name: str, domain: str, data: st.DataObject) -> None:
    """To a daemon there is nothing to say."""
    assert forbidden(shouted(f"{name}@{domain}", data), OWN)


@pytest.mark.threat("floods and loops")
@given(st.from_regex(r"(\+[a-z0-9.]{0,20})?", fullmatch=True), st.data())
def test_our_own_address_never_gets_mail(tag: str, data: st.DataObject) -> None:
    """Nor any plus address of ours."""
    assert forbidden(shouted(f"iso{tag}@so.vn", data), OWN)


@pytest.mark.threat("floods and loops")
@pytest.mark.parametrize("address", ["", " ", "<>", "<", '""'])
def test_the_null_sender_never_gets_mail(address: str) -> None:
    """What has no sender has no reader."""
    assert forbidden(address, OWN) == "the null sender"


@given(_person, _domain)
def test_people_get_their_mail(name: str, domain: str) -> None:
    """A person of any agency is written to, also when their name holds such a word."""
    assert forbidden(f"{name}@{domain}", OWN) == ""
    assert forbidden("noreplyson@so.vn", OWN) == ""


@given(st.integers(1, 10**9), st.text("abcdefghij.@", min_size=5, max_size=40))
def test_a_return_address_is_read_back_and_no_other_is(number: int, message_id: str) -> None:
    """It names its notice; the tag fits only that notice's Message-ID."""
    address = return_address(OWN, number, message_id)
    assert returned_to(f"x {address.upper()}, y", OWN) == [(number, return_tag(message_id))]
    assert returned_to(address, "khac@so.vn") == []
    assert return_tag(message_id) != return_tag(f"{message_id}x")
