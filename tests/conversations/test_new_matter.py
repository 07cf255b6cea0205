"""New reports about a known matter: a request of its own, offered for merging, counted."""

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from tests.conversations.agency import REPORT, Agency, to

OTHER = "Báo cáo không phù hợp\nMáy in phiếu tại quầy số 3 hết mực từ sáng."


def two_alike(agency: Agency) -> tuple[str, str]:
    """Two people report the same at one unit; gives both codes."""
    first = agency.reported()
    agency.writes(cast.COLLEAGUE, REPORT)
    return first, agency.codes()[-1]


def test_an_alike_report_is_its_own_request_and_offered_for_merging(agency: Agency) -> None:
    """The reporter's answer names the open one; the secretary is asked for one word."""
    first = agency.reported()
    mails = agency.writes(cast.COLLEAGUE, REPORT)
    second = agency.codes()[-1]
    assert second != first
    assert first in to(mails, cast.COLLEAGUE).text
    asked = to(mails, cast.SECRETARY)
    assert first in asked.text
    assert second in asked.text
    assert "Gộp" in asked.text
    assert agency.request(second).state is State.REPORTED


def test_the_secretarys_word_merges_the_new_into_the_older(agency: Agency) -> None:
    """ "Gộp" and nothing more; a second "Gộp" finds nothing to do."""
    first, second = two_alike(agency)
    agency.replies(cast.SECRETARY, "Gộp")
    merged = agency.request(second)
    assert (merged.state, merged.merged_into) == (State.MERGED, first)
    assert merged.entries[-1].by == cast.SECRETARY.id
    assert agency.request(first).state is State.REPORTED
    agency.post.reply(cast.SECRETARY, agency.post.last(cast.SECRETARY, second), "Gộp")
    agency.wait(hours=0.1)
    assert len(agency.request(second).entries) == 2


def test_without_the_word_nothing_is_merged(agency: Agency) -> None:
    """Doubt, a question or another's letter leaves both as they are."""
    _, second = two_alike(agency)
    asked = agency.post.last(cast.SECRETARY, second)
    for who, said in (
        (cast.SECRETARY, "Để tôi xem đã"),
        (cast.SECRETARY, "Gộp nếu chị Lan đồng ý"),
        (cast.SECRETARY, "Gộp?"),
        (cast.CLERK, "Gộp"),
    ):
        agency.post.reply(who, asked, said)
        agency.wait(hours=0.1)
        assert agency.outcome() in (Outcome.ASKED, Outcome.REFUSED), said
        assert agency.request(second).state is State.REPORTED


def test_another_matter_another_unit_or_an_ended_request_offers_nothing(agency: Agency) -> None:
    """Only an open request of the same unit about the same matter is worth a question."""
    first = agency.reported()
    for who, text in ((cast.COLLEAGUE, OTHER), (cast.PLANNER, REPORT)):
        mails = agency.writes(who, text)
        assert not [m for m in mails if m.to == cast.SECRETARY.email]
    agency.writes(cast.CLERK, "Rút phiếu\nLý do: Báo nhầm", f"[{first}]")
    agency.replies(cast.CLERK, "Xác nhận")
    assert agency.request(first).ended
    mails = agency.writes(cast.COLLEAGUE, REPORT)
    assert not [m for m in mails if m.to == cast.SECRETARY.email]


def test_one_category_is_one_matter(agency: Agency) -> None:
    """Other words under the same category are offered as well."""
    agency.writes(cast.CLERK, f"{REPORT}\nNhóm nội dung: Trả kết quả")
    mails = agency.writes(cast.COLLEAGUE, f"{OTHER}\nNhóm nội dung: Trả kết quả")
    assert "Gộp" in to(mails, cast.SECRETARY).text


@pytest.mark.clause("5.2.2")
def test_a_mail_of_a_new_report_counts_the_repeats(agency: Agency) -> None:
    """The unit's head reads how often running it was recorded, and which records came before."""
    first = agency.reported()
    mails = agency.writes(cast.COLLEAGUE, REPORT)
    told = to(mails, cast.ONE_STOP_HEAD).text
    assert "lần thứ 2 liên tiếp" in told
    assert first in told
    mails = agency.writes(cast.CLERK, REPORT)
    assert "lần thứ 3 liên tiếp" in to(mails, cast.ONE_STOP_HEAD).text
    mails = agency.writes(cast.CLERK, OTHER)
    assert "liên tiếp" not in to(mails, cast.ONE_STOP_HEAD).text
