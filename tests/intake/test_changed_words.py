"""The clear replies of the set with one thing changed: what is no longer decided is not done."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mailflow.procedure.folding import folded
from tests.intake.replies import Case, cases, fault, outcome

CLEAR = [c for c in cases() if not c.ask and c.situation not in ("new", "digest", "digest_head")]

MOST_CASES = 200


def _after(words: str) -> Callable[[str], str]:
    return lambda text: f"{words} {text.strip()[0].lower()}{text.strip()[1:]}"


TAKEN_AWAY: dict[str, Callable[[str], str]] = {
    "a condition": _after("Nếu Giám đốc đồng ý thì"),
    "hearsay": _after("Anh Minh bảo là"),
    "put off": _after("Mai tôi trả lời nhé."),
    "a question": lambda text: f"{text.strip().rstrip('.!')}?",
    "taken back": lambda text: f"{text.strip()}\nÀ nhầm, để tôi xem lại.",
}
"""What makes any reply no decision, whatever else it says."""

UNDER_THE_NAME = ("a question", "taken back")
"""Written below everything: below a signature or a disclaimer nobody goes on writing."""


def _lines(case: Case) -> int:
    return len([line for line in case.text.splitlines() if line.strip()])


@pytest.mark.parametrize("change", TAKEN_AWAY)
def test_a_reply_that_decides_no_more_is_asked_about(change: str) -> None:
    """Hundreds of clear decisions, each made a condition, hearsay, a question, put off."""
    mine = [c for c in CLEAR if change not in UNDER_THE_NAME or _lines(c) == 1]
    if change == "a question":
        mine = [c for c in mine if c.situation not in ("supply", "work")]
    mine = mine[:: 1 + len(mine) // MOST_CASES]
    acted = [
        case.id
        for case in mine
        if fault(replace(case, text=TAKEN_AWAY[change](case.text), acts=(), ask="changed"))
    ]

    assert len(mine) > 80
    assert acted == []


def test_a_phone_without_vietnamese_letters_never_changes_the_act() -> None:
    """Without a single diacritic the same acts are read, or the program asks."""
    mine = CLEAR[::3]
    bare = {
        case.id: outcome(replace(case, text="\n".join(map(folded, case.text.splitlines()))))
        for case in mine
    }
    other = [
        case.id
        for case in mine
        if (found := bare[case.id]) is not None
        and [done.act for done in found] != [done.act for done in outcome(case) or found]
    ]
    kept = [case for case in mine if bare[case.id] is not None]

    assert other == []
    assert len(kept) > 0.8 * len(mine)
