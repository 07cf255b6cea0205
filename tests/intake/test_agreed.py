"""Whether a reply to a guess is the one word that confirms it, and nothing else."""

from datetime import timedelta

import pytest

from mailflow.intake.agreed import agreed
from mailflow.phrases import Means
from mailflow.procedure.terms import Act
from mailflow.record import Ask
from tests.intake.office import MONDAY, phrases

MET = (Act.CHECK_CORRECTION, "met")
NOT_MET = (Act.CHECK_CORRECTION, "not_met")
APPROVE = (Act.APPROVE_SOLUTION, "yes")


def said(text: str, shown: Means, *possible: Means) -> str:
    """How a reply to a guess of one act is taken, where these acts are possible."""
    kept = [{"act": shown[0].value, "answer": shown[1]}]
    ask = Ask(1, "hanh@so.vn", 1, (), kept, MONDAY + timedelta(days=1), None)
    return agreed(text, ask, {shown, *possible}, phrases())


@pytest.mark.parametrize(
    "text",
    ["Đúng", "đúng rồi em ạ", "Dung", "Chính xác.", "Dạ đúng ạ", "Xác nhận", "Đúng\n\nTrân trọng,"],
)
def test_a_word_that_agrees(text: str) -> None:
    """With politeness, without marks, with the end of a letter."""
    assert said(text, APPROVE) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Đúng nhưng hạn 20/6",
        "Đúng?",
        "Không đúng",
        "Đồng ý",
        "Đúng\nHạn 20/6",
        "Đúng là lặp lại",
    ],
)
def test_words_that_are_more_or_other_than_that(text: str) -> None:
    """They are read like any reply."""
    assert said(text, APPROVE) == "other"


def test_a_word_that_also_says_something_else_is_asked_about() -> None:
    """ "Xác nhận" says "met" where that was asked: under a guess of "not met" it is either."""
    assert said("Xác nhận", NOT_MET, MET) == "either"
    assert said("Xác nhận", MET, NOT_MET) == "yes"
    assert said("Đúng", NOT_MET, MET) == "yes"
