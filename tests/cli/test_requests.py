"""`mailflow request list|show`: the console contract and what people read."""

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Box
from tests.cli.conftest import Lived, Mailflow

LIST = {"code", "number", "kind", "unit", "state", "waiting_for", "next_act", "due"}
SHOW = LIST | {"boxes", "journal", "predecessor", "successor"}
ENTRY = {"at", "act", "answer", "by", "role", "via", "id", "proof", "entered_by", "notes"}


def test_the_list_names_every_request_oldest_first(mailflow: Mailflow, lived: Lived) -> None:
    """Each line carries all that the contract names."""
    rows = mailflow("--home", lived.home, "request", "list", "--json").json
    assert [row["code"] for row in rows] == [lived.failed, lived.followed, lived.waiting]
    assert [row["state"] for row in rows] == ["failed", "awaiting_direction", "reported"]
    assert {frozenset(row) for row in rows} == {frozenset(LIST)}
    assert [row["number"] for row in rows] == ["01/2026", "02/2026", "03/2026"]


def test_a_request_shows_all_that_the_contract_names(mailflow: Mailflow, lived: Lived) -> None:
    """Boxes hold entries with their fields; the journal says who, by what right, through what."""
    whole = mailflow("--home", lived.home, "request", "show", lived.failed, "--json").json
    assert set(whole) == SHOW
    assert (whole["kind"], whole["unit"], whole["state"]) == (
        "improvement",
        cast.ONE_STOP,
        "failed",
    )
    assert set(whole["boxes"]) == {box.value for box in Box if box is not Box.NONE}
    assert {frozenset(line) for line in whole["journal"]} == {frozenset(ENTRY)}
    first, last = whole["journal"][0], whole["journal"][-1]
    assert (first["act"], first["by"], first["via"], first["id"]) == (
        "report",
        cast.CLERK.id,
        "letter",
        "1",
    )
    assert (last["act"], last["answer"], last["by"]) == ("verify", "not_effective", cast.HEAD.id)
    (verified,) = whole["boxes"][Box.THREE.value]
    assert verified["fields"]["shortfall"] == "vẫn chờ lâu"
    assert whole["waiting_for"] == []
    assert (whole["next_act"], whole["due"]) == (None, None)


def test_a_failed_request_and_its_follow_up_name_each_other(
    mailflow: Mailflow, lived: Lived
) -> None:
    """The chain can be walked from both ends (5.7)."""
    before = mailflow("--home", lived.home, "request", "show", lived.failed, "--json").json
    after = mailflow("--home", lived.home, "request", "show", lived.followed, "--json").json
    assert (before["predecessor"], before["successor"]) == (None, lived.followed)
    assert (after["predecessor"], after["successor"]) == (lived.failed, None)
    assert (after["waiting_for"], after["next_act"]) == ([cast.HEAD.id], "direct")


def test_the_one_waited_for_and_the_day_due_stand_in_the_list(
    mailflow: Mailflow, lived: Lived
) -> None:
    """A reported request waits two working days for its unit head's decision."""
    row = mailflow("--home", lived.home, "request", "list", "--json").json[-1]
    assert row["waiting_for"] == [cast.ONE_STOP_HEAD.id]
    assert (row["next_act"], row["due"]) == ("decide_disposition", "2026-03-25")


def test_people_read_names_labels_and_local_days(mailflow: Mailflow, lived: Lived) -> None:
    """No code word, no address and no world time in what is printed for people."""
    said = mailflow("--home", lived.home, "request", "show", lived.waiting.lower()).out
    assert cast.ONE_STOP_HEAD.name in said
    assert "hạn 25/3/2026" in said
    assert "23/3/2026" in said
    assert "decide_disposition" not in said
    listed = mailflow("--home", lived.home, "request", "list").out
    assert cast.HEAD.name in listed
    assert "awaiting_direction" not in listed


@pytest.mark.parametrize("code", ["CTCL-2026-0099-A", "nothing"])
def test_an_unknown_code_is_a_sentence(mailflow: Mailflow, lived: Lived, code: str) -> None:
    """Exit code 1, nothing on stdout, no traceback."""
    said = mailflow("--home", lived.home, "request", "show", code, "--json")
    assert (said.code, said.out) == (1, "")
    assert said.err == f"there is no request {code}\n"
