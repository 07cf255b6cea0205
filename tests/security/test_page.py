"""docs/security.md is what the tests say of themselves, and no threat is without one."""

from tests.components import ROOT
from tests.marked import shown
from tests.security.threats import THREATS, page


def test_the_page_is_up_to_date() -> None:
    """Written anew it is the same, to the letter."""
    assert page() == (ROOT / "docs/security.md").read_text(encoding="utf-8")


def test_every_threat_has_a_test() -> None:
    """None is left out, and no mark names a threat that is not in the table."""
    assert set(shown("threat")) == set(THREATS)
