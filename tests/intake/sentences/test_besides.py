"""What was understood besides a condition: one whole decision, or nothing."""

import pytest

from mailflow.intake.lines.items import Unclear
from mailflow.procedure.request import Json
from mailflow.procedure.terms import Act, State
from tests.intake.office import LAN, items
from tests.intake.replies import Case, items_of

APPROVE = (Act.APPROVE_SOLUTION, "yes")


def read(situation: str, text: str) -> Unclear:
    """The one doubt of a reply."""
    (item,) = items_of(Case("x", situation, text))
    assert isinstance(item, Unclear), item
    return item


@pytest.mark.parametrize(
    ("situation", "text", "means", "fields"),
    [
        ("approve", "đồng ý nhưng lùi hạn sang tháng sau", APPROVE, {}),
        ("approve", "Đồng ý, tuy nhiên bỏ biện pháp 2", APPROVE, {}),
        ("check", "Đạt. Nhưng cần bổ sung ảnh.", (Act.CHECK_CORRECTION, "met"), {}),
        (
            "disposition",
            "Giao Nam làm lại, hạn 5/6, nhưng phải xin lỗi dân",
            (Act.DECIDE_DISPOSITION, "work"),
            {
                "disposition": "rework",
                "performer": "nam.hv@ankhe.example",
                "correction_due": "2026-06-05",
            },
        ),
    ],
)
def test_a_decision_before_a_condition_is_the_guess(
    situation: str, text: str, means: tuple[Act, str], fields: dict[str, Json]
) -> None:
    """Nothing of the condition goes into it."""
    doubt = read(situation, text)
    assert doubt.why == "condition"
    assert doubt.guess is not None
    assert (doubt.guess.act, doubt.guess.answer) == means
    assert doubt.guess.fields == fields


@pytest.mark.parametrize(
    ("situation", "text"),
    [
        ("approve", "Nếu có kinh phí thì tôi duyệt"),
        ("check", "Đạt nhưng chưa đạt"),
        ("change", "Đồng ý cho lùi, nhưng chỉ đến 5/7"),
        ("approve", "Duyệt nếu Giám đốc đồng ý"),
        ("approve", "Đồng ý không?"),
    ],
)
def test_what_is_turned_round_or_asked_leaves_no_guess(situation: str, text: str) -> None:
    """A condition first, the opposite behind it, a question: nothing was decided besides."""
    assert read(situation, text).guess is None


def test_a_condition_among_labelled_lines_is_left_out_of_the_guess() -> None:
    """The other lines are whole; the remark with the condition is not among them."""
    text = (
        f"Đồng ý\nNgười triển khai: {LAN.name}\nHạn hoàn thành: 30/6/2026\n"
        "Ý kiến: với điều kiện có kinh phí"
    )
    (item,) = items(text, State.PROPOSED, asked=(Act.APPROVE_SOLUTION,))
    assert isinstance(item, Unclear)
    assert item.guess is not None
    assert item.guess.fields == {"implementers": [LAN.id], "deadline": "2026-06-30"}
