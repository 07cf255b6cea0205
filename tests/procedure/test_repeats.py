"""The fourth sign of 5.2.2: the same matter recorded more than three times in a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.procedure.repeats import Recorded, consecutive, proposed, same_matter

LATE = Recorded("CTCL-2026-0009-A", "Trễ hạn", "Hồ sơ 9 trễ hạn")


def alike(one: str, other: str) -> bool:
    """Compare by the last two words."""
    return one.split()[-2:] == other.split()[-2:]


def record(number: int, category: str = "Trễ hạn", content: str = "Hồ sơ trễ hạn") -> Recorded:
    """An earlier record of the unit."""
    return Recorded(f"CTCL-2026-{number:04d}-A", category, content)


@pytest.mark.clause("5.2.2")
def test_the_need_is_proposed_from_the_fourth_in_a_row() -> None:
    """5.2.2: "quá 03 lần liên tiếp": with this one, more than three."""
    earlier = [record(8), record(7), record(6)]
    assert proposed(consecutive(LATE, earlier, alike), 3)
    assert not proposed(consecutive(LATE, earlier[:2], alike), 3)


def test_another_category_between_does_not_break_the_run() -> None:
    """The run is one category's; its name counts without case and marks."""
    earlier = [record(8, "Thiếu dấu"), record(7, "TRỄ HẠN"), record(6, "tre han")]
    assert consecutive(LATE, earlier, alike) == ("CTCL-2026-0007-A", "CTCL-2026-0006-A")


def test_other_content_of_the_same_category_breaks_it() -> None:
    """The newest first: what lies behind the break no longer counts."""
    earlier = [record(8), record(7, content="Mất hồ sơ"), record(6)]
    assert consecutive(LATE, earlier, alike) == ("CTCL-2026-0008-A",)


def test_without_a_category_the_content_alone_is_compared() -> None:
    """Records without a category are of one sort, apart from those with one."""
    this = Recorded("CTCL-2026-0009-A", "", "Hồ sơ trễ hạn")
    earlier = [record(8, ""), record(7), record(6, ""), record(5, "", "Mất hồ sơ"), record(4, "")]
    assert consecutive(this, earlier, alike) == ("CTCL-2026-0008-A", "CTCL-2026-0006-A")


RECORDS = st.lists(
    st.builds(
        record, st.just(1), st.sampled_from(["Trễ hạn", "Khác"]), st.sampled_from(["a b", "c d"])
    ),
    max_size=8,
)


@given(RECORDS, st.integers(1, 5))
def test_the_run_is_the_longest_unbroken_start(records: list[Recorded], threshold: int) -> None:
    """Counted by hand: of this category, as many as come before the first unlike one."""
    this = Recorded("x", "Trễ hạn", "a b")
    same = [r.content == "a b" for r in records if r.category == "Trễ hạn"]
    length = same.index(False) if False in same else len(same)
    run = consecutive(this, records, alike)
    assert len(run) == length
    assert proposed(run, threshold) is (length >= threshold)


def test_one_matter_is_one_category_or_contents_alike() -> None:
    """An empty category is no category; contents alike count across categories."""
    assert same_matter(LATE, record(8, "TRỄ HẠN", "Việc khác hẳn"), alike)
    assert same_matter(LATE, record(8, "Khác", "Nhiều hồ sơ trễ hạn"), alike)
    assert not same_matter(LATE, record(8, "Khác", "Việc khác hẳn"), alike)
    assert not same_matter(Recorded("x", "", "a b"), record(8, "", "c d"), alike)
