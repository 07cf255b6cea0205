"""What a difference says: the box, the act, the lines, and nothing where all is the same."""

from dataclasses import replace
from datetime import UTC, datetime

from mailflow.procedure.request import Entry, Via
from mailflow.procedure.terms import Act, Box, Role, State
from mailflow.rehearsal.differences import difference, of_entries

ENTRY = Entry(
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    request="CTCL-2026-0001-B",
    act=Act.DECIDE_NEED,
    answer="yes",
    clause="5.2.2",
    box=Box.ONE,
    fields={"sign": "Cơ hội cải tiến", "files": []},
    by="lan@coquan.test",
    role=Role.UNIT_HEAD,
    via=Via("letter", "7"),
    proof="token",
    source=State.REPORTED,
    target=State.SUBMITTED,
    entered_by="",
    notes=(),
)


def said(was: list[Entry], now: list[Entry]) -> list[tuple[str, str, str]]:
    """What differs, as it was and would be."""
    return [(one["say"], one["was"], one["now"]) for one in of_entries(was, now, "thư 7")]


def test_the_same_entries_at_another_moment_differ_in_nothing() -> None:
    """Numbers and moments of a trial are its own."""
    assert said([ENTRY], [replace(ENTRY, at=datetime(2026, 3, 3, tzinfo=UTC))]) == []


def test_a_box_that_would_hold_something_else_is_named() -> None:
    """With the act that writes into it, and a state it would lead to."""
    other = replace(ENTRY, fields={**ENTRY.fields, "sign": "Lặp lại"}, target=State.REPORTED)
    assert said([ENTRY], [other]) == [
        ("decide_need: target", "submitted", "reported"),
        ("decide_need: sign", "Cơ hội cải tiến", "Lặp lại"),
    ]


def test_an_act_that_would_be_another_or_none_is_named() -> None:
    """Each request for itself, in the order of its acts."""
    assert said([ENTRY], [replace(ENTRY, answer="no")]) == [
        ("act", "decide_need yes", "decide_need no")
    ]
    assert said([ENTRY], []) == [("act", "decide_need yes", "-")]
    elsewhere = replace(ENTRY, request="CTCL-2026-0002-D")
    assert said([ENTRY], [elsewhere]) == [
        ("act", "decide_need yes", "-"),
        ("act", "-", "decide_need yes"),
    ]


def test_a_long_value_is_told_by_its_lines() -> None:
    """A paper's figures fill pages: what changed in them is a line."""
    was = {f"name {number}": number for number in range(60)}
    (found,) = [difference("request", "X", "", "compiled", was, {**was, "name 7": 70})]
    assert (found["was"], found["now"]) == ("", "")
    assert found["lines"] == ['- "name 7": 7,', '+ "name 7": 70,']
