"""Every reason of the spreadsheet library has words for the keeper."""

import pytest

from mailflow.registers.lines import why_not
from workbook_sync.errors import Reason


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_said_in_vietnamese(reason: Reason) -> None:
    """No English word reaches the keeper, whatever is wrong with the file."""
    assert why_not(reason)
    assert not why_not(reason).isascii()
