"""Who may act: tokens, proofs, challenges, and one who must never succeed."""

from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from tests.conversations.agency import MALLORY, Agency, to

DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


def plain(sender: str, subject: str, text: str, **headers: str) -> str:
    """A letter as a stranger's program would write it."""
    head = {
        "From": sender,
        "To": cast.MAILBOX,
        "Subject": subject,
        "Message-ID": f"<{abs(hash((sender, subject, text))):x}@out.example>",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0700",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return "".join(f"{name}: {value}\n" for name, value in head.items()) + f"\n{text}\n"


def test_a_reply_with_its_own_token_acts(agency: Agency) -> None:
    """The ordinary way: answer the mail, the journal says by which proof."""
    code = agency.reported()
    agency.replies(cast.ONE_STOP_HEAD, DECISION)
    assert agency.outcome() is Outcome.DONE
    entry = agency.request(code).entries[-1]
    assert (entry.by, entry.proof, entry.via.kind) == (cast.ONE_STOP_HEAD.id, "token", "letter")


@pytest.mark.threat("stolen code")
def test_a_letter_with_only_the_code_is_held_until_its_person_confirms(agency: Agency) -> None:
    """Without a token nothing moves; the challenge goes to the roster's address, not Reply-To."""
    code = agency.reported()
    mails = agency.receives(
        plain(cast.ONE_STOP_HEAD.email, f"[{code}]", DECISION, Reply_To=MALLORY.email)
    )
    assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED
    assert "Xác nhận" in to(mails, cast.ONE_STOP_HEAD).text
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    assert agency.request(code).state is State.CHECKED
    assert agency.request(code).entries[-1].proof == "challenge"


def test_not_me_drops_what_was_held_and_the_secretary_hears(agency: Agency) -> None:
    """A forged letter ends with the person's no."""
    code = agency.reported()
    agency.receives(plain(cast.ONE_STOP_HEAD.email, f"[{code}]", DECISION))
    mails = agency.replies(cast.ONE_STOP_HEAD, "Không phải tôi")
    assert agency.request(code).state is State.REPORTED
    assert "không phải họ gửi" in to(mails, cast.SECRETARY).text
    again = agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    assert agency.request(code).state is State.REPORTED
    assert again


def test_an_aligned_pass_of_the_trusted_server_with_the_code_acts(tmp_path: Path) -> None:
    """The server the agency trusts vouches for From; another server's word counts for nothing."""
    agency = Agency(tmp_path / "home", '[mail]\ntrusted_authserv = "mail.ankhe.example"')
    code = agency.reported()
    vouched = "dmarc=pass header.from=ankhe.example"
    for server, outcome in (("evil.example", "held"), ("mail.ankhe.example", "done")):
        agency.receives(
            plain(
                cast.ONE_STOP_HEAD.email,
                f"[{code}] {server}",
                DECISION,
                Authentication_Results=f"{server}; {vouched}",
            )
        )
        assert agency.outcome() == outcome
    assert agency.request(code).entries[-1].proof == "authentication_results"
    agency.service.close()


@pytest.mark.threat("forged sender")
def test_an_explicit_fail_holds_the_letter_whatever_it_carries(tmp_path: Path) -> None:
    """A colleague's address forged: even with the right token nothing moves."""
    agency = Agency(tmp_path / "home", '[mail]\ntrusted_authserv = "mail.ankhe.example"')
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    mails = agency.receives(
        plain(
            cast.ONE_STOP_HEAD.email,
            f"Re: {asked.subject}",
            DECISION,
            In_Reply_To=asked.message_id,
            Authentication_Results="mail.ankhe.example; dmarc=fail header.from=ankhe.example",
        )
    )
    assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    agency.service.close()


@pytest.mark.threat("token in a forwarded mail")
@pytest.mark.parametrize("proof", ["token", "code"])
def test_a_colleague_with_anothers_token_is_judged_by_their_own_role(
    agency: Agency, proof: str
) -> None:
    """A forwarded mail gives nobody the power of its owner."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    headers = {"In_Reply_To": asked.message_id} if proof == "token" else {}
    agency.receives(plain(cast.COLLEAGUE.email, f"Re: [{code}]", DECISION, **headers))
    assert agency.outcome() is Outcome.REFUSED
    assert agency.request(code).state is State.REPORTED


@pytest.mark.threat("more than one's own")
def test_a_stranger_never_succeeds(agency: Agency) -> None:
    """By code, by stolen token, by display name: held for the secretary, no answer, no change."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    for sender, headers in (
        (MALLORY.email, {}),
        (f'"{cast.ONE_STOP_HEAD.email}" <{MALLORY.email}>', {"In_Reply_To": asked.message_id}),
        (f"{cast.ONE_STOP_HEAD.email} <{MALLORY.email}>", {"In_Reply_To": asked.message_id}),
        (MALLORY.email, {"Reply_To": cast.ONE_STOP_HEAD.email}),
    ):
        mails = agency.receives(plain(sender, f"[{code}] {headers}", DECISION, **headers))
        assert agency.outcome() is Outcome.HELD
        assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert agency.request(code).state is State.REPORTED


@pytest.mark.threat("replayed or foreign token")
def test_the_same_reply_twice_has_one_effect(agency: Agency) -> None:
    """Delivered twice, it is one letter; sent again, it is refused with what is possible."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    letter = plain(cast.ONE_STOP_HEAD.email, "Re: x", DECISION, In_Reply_To=asked.message_id)
    agency.receives(letter)
    entries = len(agency.request(code).entries)
    assert agency.receives(letter) == []
    resent = plain(cast.ONE_STOP_HEAD.email, "Re: y", DECISION, In_Reply_To=asked.message_id)
    again = agency.receives(resent)
    assert len(agency.request(code).entries) == entries
    assert agency.outcome() is Outcome.REFUSED
    assert "Cần thực hiện" in to(again, cast.ONE_STOP_HEAD).text


def test_same_message_id_with_other_content_is_held(agency: Agency) -> None:
    """Two letters under one Message-ID are no duplicate: the secretary decides."""
    code = agency.reported()
    first = plain(cast.CLERK.email, f"[{code}]", "Trao đổi\nMột")
    agency.receives(first)
    mails = agency.receives(first.replace("Một", "Hai"))
    assert agency.outcome() is Outcome.HELD
    assert "Message-ID" in to(mails, cast.SECRETARY).text


def test_a_comment_needs_no_proof_and_says_so(agency: Agency) -> None:
    """What moves nothing is taken, marked as unverified on the request."""
    code = agency.reported()
    agency.receives(plain(cast.CLERK.email, f"Re: [{code}]", "Trao đổi\nCông dân đang chờ ạ."))
    assert agency.outcome() is Outcome.DONE
    assert "unverified" in agency.request(code).entries[-1].notes
