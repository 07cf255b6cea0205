"""docs/clauses.md is what the tests say of themselves, and no clause is without one."""

from tests.clauses import clauses, page
from tests.components import ROOT
from tests.marked import shown


def test_the_page_is_up_to_date() -> None:
    """Written anew it is the same, to the letter."""
    assert page() == (ROOT / "docs/clauses.md").read_text(encoding="utf-8")


def test_the_clauses_are_the_procedures() -> None:
    """Section V has 19 numbered clauses, VI three forms, VII three kinds of records."""
    found = clauses()
    assert [clause for clause in found if clause.startswith("5")][0::18] == ["5.1", "5.9"]
    assert [clause for clause in found if clause.startswith("V")] == [
        *("VI.1", "VI.2", "VI.3"), *("VII.1", "VII.2", "VII.3"),
    ]  # fmt: skip
    assert found["5.7"] == "Đóng phiếu yêu cầu hành động khắc phục"


def test_every_clause_is_shown_by_a_test() -> None:
    """None is left out, and no mark names a clause that does not stand in the procedure."""
    assert set(shown("clause")) == set(clauses())
