"""The helpers of the tests themselves: a skip is never silent, a golden file never lenient."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.components import compare_golden, corpus, need


def _absent_program() -> None:
    need("no-such-program-anywhere")


def _absent_samples() -> None:
    corpus("no-such-samples")


@pytest.mark.parametrize("look", [_absent_program, _absent_samples])
def test_what_is_absent_skips_here_and_fails_under_ci(
    look: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A developer without Dovecot goes on; the build does not pretend to have tested."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such"):
        look()

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such"):
        look()


def test_what_is_there_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program comes with its path, a sample from the folder that MAILFLOW_CORPUS names."""
    (tmp_path / "eml").mkdir()
    monkeypatch.setenv("MAILFLOW_CORPUS", str(tmp_path))

    assert Path(need("sh")).is_absolute()
    assert corpus("eml") == tmp_path / "eml"


def test_a_golden_file_differs_by_a_line_end(tmp_path: Path) -> None:
    """Mails have CRLF: a file that lost it is another file."""
    path = tmp_path / "mail" / "decide.txt"
    compare_golden(path, "Kính gửi\r\n", update=True)

    compare_golden(path, "Kính gửi\r\n", update=False)
    with pytest.raises(AssertionError, match="differs"):
        compare_golden(path, "Kính gửi\n", update=False)


def test_a_golden_file_must_exist(tmp_path: Path) -> None:
    """A new golden test fails until somebody has written and read its file."""
    with pytest.raises(pytest.fail.Exception, match="is absent"):
        compare_golden(tmp_path / "new.txt", "", update=False)
