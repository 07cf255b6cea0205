"""The journal: entries come back as they went in, and no later change goes unseen."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.procedure.request import Entry, Via
from mailflow.procedure.terms import Act, Box, Role, State
from mailflow.record import Engine, Work
from mailflow.record.journal import entry_values, read_entry
from tests.databases import behind_its_back
from tests.record.samples import AN, NOW, SO, comment, opening, tamper

HANOI = timezone(timedelta(hours=7))
CENTURIES = timedelta(days=365 * 2_000)
WORDS = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
ENTRIES = st.builds(
    Entry,
    at=st.timedeltas(-CENTURIES, CENTURIES).map(lambda away: (NOW + away).astimezone(HANOI)),
    request=WORDS,
    act=st.sampled_from(Act),
    answer=WORDS,
    clause=WORDS,
    box=st.sampled_from(Box),
    fields=st.dictionaries(WORDS, JSON, max_size=5),
    by=WORDS,
    role=st.sampled_from(Role),
    via=st.builds(Via, WORDS, WORDS),
    proof=WORDS,
    source=st.none() | st.sampled_from(State),
    target=st.none() | st.sampled_from(State),
    entered_by=WORDS,
    notes=st.lists(WORDS, max_size=3).map(tuple),
)


@given(ENTRIES)
def test_every_entry_comes_back_as_it_was_written(entry: Entry) -> None:
    """Writing and reading an entry must give an equal one, with words of the same types."""
    back = read_entry(entry_values(entry))
    assert back == entry
    assert back.at.tzinfo is UTC
    assert isinstance(back.act, Act)
    assert isinstance(back.notes, tuple)


def test_a_request_reads_its_own_entries_in_order(record: Engine) -> None:
    """Entries of two requests must not mix, and Vietnamese must stay as typed."""
    first, second = opening(1), opening(2)
    said = [first, second, comment(str(first.request), "Đã gọi điện cho chị Hoà – “gấp”\n\t☒")]
    with Work(record, SO) as work:
        for entry in said:
            assert work.journal.append(entry).entry == entry
        work.keep()
    with Work(record, SO, reading=True) as work:
        assert work.journal.of_request(str(first.request)) == (said[0], said[2])
        assert work.journal.of_request("CTCL-2026-0009-X") == ()
        assert work.journal.codes() == tuple(sorted([str(first.request), str(second.request)]))


def test_words_that_no_database_takes_do_not_break_the_chain(record: Engine) -> None:
    """NUL and half a surrogate in a hostile mail must neither stop the letter nor the chain."""
    hostile = comment("CTCL-2026-0001-A", "a\0b\ud800c")
    with Work(record, SO) as work:
        work.journal.append(hostile)
        work.journal.note("odd", {}, Via("letter", "x\0\udfffy"), NOW, by="\ud800")
        work.keep()
    with Work(record, SO, reading=True) as work:
        assert work.journal.verify() == []
        (entry,) = work.journal.of_request("CTCL-2026-0001-A")
        assert entry.fields == {"text": "a\0b\ud800c"}
        assert [row.via.id for row in work.journal.rows()][1] == "x\ufffd\ufffdy"


def test_a_note_is_no_act(record: Engine) -> None:
    """A changed roster must be in the chain without belonging to a request."""
    with Work(record, SO) as work:
        work.journal.append(opening())
        row = work.journal.note("roster", {"added": [AN]}, Via("register", "roster"), NOW)
        assert (row.seq, row.act, row.request, row.entry) == (2, "roster", None, None)
        assert row.fields == {"added": [AN]}
        assert [r.entry is None for r in work.journal.rows()] == [False, True]
        assert len(work.journal.codes()) == 1
        assert work.journal.verify() == []


def test_an_entry_without_a_request_is_refused(record: Engine) -> None:
    """What belongs to no request is no entry."""
    with Work(record, SO) as work, pytest.raises(ValueError, match="belongs to a request"):
        work.journal.append(replace(opening(), request=None))


def test_the_chain_goes_on_over_many_pages(record: Engine) -> None:
    """A journal of more rows than are read at once must be walked whole and in order."""
    with Work(record, SO) as work:
        rows = [work.journal.note("n", {"n": n}, Via("program", "job"), NOW) for n in range(1_001)]
        assert list(work.journal.rows()) == rows
        assert len({row.hash for row in rows}) == 1_001
        assert work.journal.verify() == []


def changed(column: str, value: str) -> str:
    """Write the statement that changes the third row."""
    return f"UPDATE journal SET {column} = '{value}' WHERE seq = 3"  # noqa: S608 (names are ours)


@pytest.mark.threat("tampered record")
@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        (changed("fields", '{"text":"khác"}'), ["journal 3: changed after it was written"]),
        (changed("by", "khac@so.vn"), ["journal 3: changed after it was written"]),
        (
            changed("at", "2020-01-01T00:00:00.000000+00:00"),
            ["journal 3: changed after it was written"],
        ),
        (changed("target", "closed"), ["journal 3: changed after it was written"]),
        (
            changed("hash", "0" * 64),
            ["journal 3: changed after it was written", "journal 4: changed after it was written"],
        ),
        ("DELETE FROM journal WHERE seq = 3", ["journal: 3 to 3 missing before 4"]),
        ("DELETE FROM journal WHERE seq < 3", ["journal: 1 to 2 missing before 3"]),
        ("DELETE FROM journal WHERE seq > 3", ["journal: ends at 3, not where it was written to"]),
        ("DELETE FROM journal", ["journal: ends at 0, not where it was written to"]),
    ],
)
def test_a_change_behind_our_back_is_found(
    record: Engine, path: Path, statement: str, faults: list[str]
) -> None:
    """Any column changed, or any row taken out, must be told with its number."""
    with Work(record, SO) as work:
        code = str(work.journal.append(opening()).request)
        for words in ("một", "hai", "ba", "bốn"):
            work.journal.append(comment(code, words))
        work.keep()
    tamper(path, statement)
    with Work(record, SO, reading=True) as work:
        assert work.journal.verify() == faults


@pytest.mark.threat("tampered record")
def test_rows_put_in_the_other_order_are_found(record: Engine, path: Path) -> None:
    """Two rows that change places must break the chain, though each is whole."""
    with Work(record, SO) as work:
        for words in ("một", "hai"):
            work.journal.append(comment("CTCL-2026-0001-A", words))
        work.keep()
    swap = "UPDATE journal SET seq = CASE seq WHEN 1 THEN {} ELSE {} END"
    tamper(path, swap.format(-1, -2), "UPDATE journal SET seq = 3 + seq")
    with behind_its_back(path) as base:
        texts = base.execute("SELECT seq, fields FROM journal ORDER BY seq").fetchall()
    assert texts == [(1, '{"text":"hai"}'), (2, '{"text":"một"}')]
    with Work(record, SO, reading=True) as work:
        assert work.journal.verify() == [
            "journal 1: changed after it was written",
            "journal 2: changed after it was written",
            "journal: ends at 2, not where it was written to",
        ]
