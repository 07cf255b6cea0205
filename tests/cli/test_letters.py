"""`mailflow letter list|show|retry`: the console contract, and a second try."""

from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.demo.post import Moved, Post
from tests.cli.conftest import Lived, Mailflow
from tests.conversations.agency import REPORT, START

KEYS = {"id", "received_at", "from", "subject", "outcome", "request", "reason", "acts"}


def test_the_list_carries_all_that_the_contract_names(mailflow: Mailflow, lived: Lived) -> None:
    """The newest first; a letter that is nothing is set aside, with no sender."""
    rows = mailflow("--home", lived.home, "letter", "list", "--json").json
    assert {frozenset(row) for row in rows} == {frozenset(KEYS)}
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    nothing, report = rows[0], rows[-1]
    assert (nothing["outcome"], nothing["from"]) == ("set_aside", "")
    assert report["from"] == cast.CLERK.email
    assert report["received_at"] == "2026-03-02T01:06:00.000000+00:00"
    assert report["acts"] == [
        {"request": lived.failed, "act": "report", "answer": "", "outcome": "done", "reason": ""}
    ]


def test_only_letters_that_ended_in_one_way_can_be_asked_for(
    mailflow: Mailflow, lived: Lived
) -> None:
    """`--outcome` and `--limit` narrow the list."""
    aside = mailflow("--home", lived.home, "letter", "list", "--outcome", "set_aside", "--json")
    assert [row["outcome"] for row in aside.json] == ["set_aside"]
    two = mailflow("--home", lived.home, "letter", "list", "--limit", "2", "--json")
    assert len(two.json) == 2
    wrong = mailflow("--home", lived.home, "letter", "list", "--outcome", "lost")
    assert wrong.code == 2
    assert "set_aside" in wrong.err


def test_one_letter_is_shown_as_in_the_list_or_as_it_came(mailflow: Mailflow, lived: Lived) -> None:
    """`--raw` gives its own bytes."""
    rows = mailflow("--home", lived.home, "letter", "list", "--json").json
    assert mailflow("--home", lived.home, "letter", "show", "1", "--json").json == rows[-1]
    raw = mailflow("--home", lived.home, "letter", "show", "1", "--raw").out
    assert "\nMessage-ID: <202603020800.1@ankhe.example>\n" in raw.replace("\r\n", "\n")


@pytest.mark.parametrize("verb", ["show", "retry"])
def test_an_unknown_letter_is_a_sentence(mailflow: Mailflow, lived: Lived, verb: str) -> None:
    """Exit code 1, no traceback."""
    said = mailflow("--home", lived.home, "letter", verb, "99")
    assert (said.code, said.out, said.err) == (1, "", "no letter 99\n")


def test_what_is_no_number_is_wrong_usage(mailflow: Mailflow, lived: Lived) -> None:
    """Exit code 2."""
    assert mailflow("--home", lived.home, "letter", "show", "mười").code == 2
    assert mailflow("--home", lived.home, "letter", "show", "0").code == 2


def test_a_letter_set_aside_is_read_anew(
    mailflow: Mailflow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once its reader is mended, `letter retry` opens the request it reports."""
    Post(home, cast.MAILBOX, Moved(START)).write(cast.CLERK, "Việc mới", REPORT)
    with monkeypatch.context() as broken:
        broken.setattr("mailflow.intake.desk.MOST_ATTEMPTS", 1)
        broken.setattr("mailflow.intake.desk.decide", _broken)
        assert mailflow("--home", home, "run", "--once", "--at", "2026-03-02 09:00").code == 0
    assert [r["outcome"] for r in _letters(mailflow, home)] == ["set_aside"]
    said = mailflow("--home", home, "letter", "retry", "1")
    assert (said.code, said.out) == (0, "letter 1: done\n")
    assert [r["outcome"] for r in _letters(mailflow, home)] == ["done"]
    assert len(mailflow("--home", home, "request", "list", "--json").json) == 1


def test_a_letter_that_is_done_is_not_done_again(mailflow: Mailflow, lived: Lived) -> None:
    """There is nothing to retry: exit code 1, nothing changed."""
    before = mailflow("--home", lived.home, "status", "--json").json
    said = mailflow("--home", lived.home, "letter", "retry", "1")
    assert (said.code, said.err) == (1, "letter 1 is done; nothing to retry\n")
    assert mailflow("--home", lived.home, "status", "--json").json == before


def _broken(*_: object) -> None:
    raise RuntimeError("a fault in the program")


def _letters(mailflow: Mailflow, home: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = mailflow("--home", home, "letter", "list", "--json").json
    return rows
