"""The unit of work: kept whole or undone whole, one writer at a time, agencies apart."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailflow.errors import MailflowError
from mailflow.record import (
    Engine,
    NewAsk,
    Outcome,
    Register,
    Snapshot,
    Work,
    migrate,
    open_record,
    schema_version,
    verify,
)
from tests.components import ROOT
from tests.databases import empty_record
from tests.record.samples import AN, HOUR, NOW, PHONG, SO, arrival, notice, open_request


def test_nothing_stays_unless_told_to_keep(record: Engine) -> None:
    """A block that ends without `keep` must leave no trace."""
    with Work(record, SO) as work:
        work.letters.keep(arrival())
    with Work(record, SO, reading=True) as work:
        assert work.letters.list(9) == ()


def test_an_exception_undoes_what_was_to_be_kept(record: Engine) -> None:
    """An exception after `keep` must still undo everything."""
    with pytest.raises(ZeroDivisionError), Work(record, SO) as work:
        work.letters.keep(arrival())
        work.keep()
        _ = 1 // 0
    with Work(record, SO, reading=True) as work:
        assert work.letters.list(9) == ()


def test_a_savepoint_undoes_one_command_of_several(record: Engine) -> None:
    """A command that fails must take back its own doing and number, not the others'."""
    with Work(record, SO) as work:
        open_request(work)
        with pytest.raises(ZeroDivisionError), work.savepoint():
            open_request(work)
            _ = 1 // 0
        with work.savepoint():
            open_request(work)
        work.keep()
    assert verify(record, SO) == []
    with Work(record, SO, reading=True) as work:
        assert [row.seq for row in work.requests.rows()] == [1, 2]


def test_what_an_undone_savepoint_wrote_is_not_read_any_more(record: Engine) -> None:
    """A request read inside must be gone with it, and one that moved must be as before."""
    with Work(record, SO) as work:
        kept = open_request(work)
        with pytest.raises(ZeroDivisionError), work.savepoint():
            undone = open_request(work)
            assert work.requests.load(undone.code) == undone
            _ = 1 // 0
        assert work.requests.load(undone.code) is None
        assert work.requests.load(kept.code) == kept


def test_two_works_side_by_side_do_not_see_each_other(record: Engine) -> None:
    """What a writer has not committed must be invisible, and a reader must see one moment."""
    with Work(record, SO, reading=True) as reader:
        assert reader.counts().requests == {}
        with Work(record, SO) as writer:
            open_request(writer)
            writer.keep()
            assert reader.counts().requests == {}
        assert reader.counts().requests == {}
        with Work(record, SO, reading=True) as later:
            assert later.counts().requests == {"reported": 1}


def test_one_of_two_works_rolls_back_and_the_other_stays(record: Engine) -> None:
    """The second work must get the number that the first one gave back."""
    with Work(record, SO) as undone:
        open_request(undone, content="không giữ")
    with Work(record, SO) as kept:
        open_request(kept, content="giữ")
        kept.keep()
    with Work(record, SO, reading=True) as work:
        assert [(row.seq, row.content) for row in work.requests.rows()] == [(1, "giữ")]


def test_numbers_have_no_gap_under_threads_and_rollbacks(record: Engine) -> None:
    """Eight threads, every third work undone: numbers must run from 1 without a gap."""

    def take(turn: int) -> bool:
        with Work(record, SO) as work:
            open_request(work)
            if turn % 3:
                work.keep()
        return bool(turn % 3)

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(take, range(48)))
    with Work(record, SO, reading=True) as work:
        assert sorted(row.seq for row in work.requests.rows()) == list(range(1, kept + 1))
    assert verify(record, SO) == []


def test_a_reading_work_cannot_write(record: Engine) -> None:
    """A report must not be able to change anything."""
    with Work(record, SO, reading=True) as work:
        with pytest.raises(MailflowError, match="only reads"):
            work.letters.keep(arrival())
        with pytest.raises(MailflowError, match="only reads"):
            work.keep()


def fill(record: Engine, agency: str) -> None:
    """Put one of everything into an agency, under names and keys the other one uses as well."""
    with Work(record, agency) as work:
        code = open_request(work, content=agency).code
        letter = work.letters.keep(arrival(raw=agency.encode()))
        work.letters.settle(letter.id, Outcome.DONE, code, "", [], NOW, AN)
        ask = NewAsk([{"request": code, "state": "reported", "act": "withdraw"}], NOW + HOUR)
        number = work.notices.add(notice(request=code, dedup="once", ask=ask))
        work.notices.composed(number, "<n.1@x>", work.blobs.put(b"mail"), f"token {agency}")
        assert work.marks.set_once("digest", "today", NOW)
        assert work.office.save("roster", "sha", agency, NOW)
        assert work.registers.edit_done("hash", "r", "k", "done", NOW)
        work.registers.save("r", agency, 1, "sha", None, NOW)
        work.registers.move_base("r", 1, {"k": {"c": agency}}, (), NOW)
        work.keep()


@pytest.mark.parametrize(("agency", "other", "theirs"), [(SO, PHONG, 2), (PHONG, SO, 1)])
def test_agencies_never_see_each_other(
    record: Engine, agency: str, other: str, theirs: int
) -> None:
    """Two agencies in one record must each find their own things only, by any way of asking."""
    fill(record, SO)
    fill(record, PHONG)
    assert verify(record, agency) == []
    with Work(record, agency, reading=True) as work:
        assert [(row.seq, row.content) for row in work.requests.rows()] == [(1, agency)]
        assert [row.fields["content"] for row in work.journal.rows()] == [agency]
        assert [work.letters.raw(letter.id).decode() for letter in work.letters.list(9)] == [agency]
        assert len(work.notices.list(9)) == 1
        assert work.asks.by_token(f"token {agency}")
        assert work.asks.by_token(f"token {other}") is None
        assert work.office.latest("roster") == Snapshot("roster", "sha", agency, NOW)
        assert work.registers.get("r") == Register("r", agency, 1, "sha", None, NOW)
        assert work.registers.base("r") == {"k": {"c": agency}}
        for get in (work.letters.get, work.notices.get, work.asks.get):
            with pytest.raises(MailflowError, match=f"no .* {theirs}"):
                get(theirs)


def test_one_agency_cannot_change_a_row_of_another(record: Engine) -> None:
    """A number that belongs to another agency must be as good as none."""
    fill(record, SO)
    with Work(record, PHONG) as work:
        with pytest.raises(MailflowError, match="no letter 1"):
            work.letters.settle(1, Outcome.IGNORED, None, "", [], NOW, None)
        with pytest.raises(MailflowError, match="no notice 1"):
            work.notices.sent(1, NOW, "250")
        assert work.notices.claim(1, NOW, HOUR) is None
        with pytest.raises(MailflowError, match="no ask 1"):
            work.asks.close(1, NOW)
        work.keep()
    with Work(record, SO, reading=True) as work:
        assert work.letters.get(1).outcome is Outcome.DONE
        assert work.notices.get(1).status == "waiting"
        assert work.asks.get(1).closed_at is None


STORY = """
import sys
from mailflow.record import Work, migrate, open_record
from tests.record.samples import SO, arrival, notice, open_request

record = open_record(sys.argv[1])
migrate(record)
for turn in range(3):
    with Work(record, SO) as work:
        work.letters.keep(arrival(f"m{turn}@so.vn"))
        work.notices.add(notice(request=open_request(work).code))
        work.keep()
"""


def run_story(url: str, failpoint: str) -> int:
    """Run the story in a process of its own, to die at a failpoint; give its exit code."""
    return subprocess.run(
        [sys.executable, "-c", STORY, url],
        cwd=ROOT,
        env={**os.environ, "MAILFLOW_FAILPOINT": failpoint},
        check=False,
        timeout=60,
    ).returncode


@pytest.mark.parametrize(
    ("failpoint", "stays"),
    [
        ("work.before_commit", 0),
        ("work.after_commit", 1),
        ("work.before_commit:3", 2),
        ("work.after_commit:3", 3),
    ],
)
def test_a_killed_work_is_there_whole_or_not_at_all(path: Path, failpoint: str, stays: int) -> None:
    """Killed around a commit, letter, request, journal and notice must agree on what happened."""
    url = empty_record(path)
    assert run_story(url, failpoint) == -signal.SIGKILL
    record = open_record(url)
    assert verify(record, SO) == []
    with Work(record, SO) as work:
        counts = work.counts()
        assert sum(counts.requests.values()) == stays
        assert sum(counts.letters.values()) == stays
        assert sum(counts.notices.values()) == stays
        assert open_request(work).seq == stays + 1
    record.dispose()


def test_a_killed_migration_leaves_an_empty_database(path: Path) -> None:
    """Killed before its commit, a migration must leave nothing half made, and go through later."""
    url = empty_record(path)
    assert run_story(url, "migrate.before_commit") == -signal.SIGKILL
    record = open_record(url)
    assert schema_version(record) is None
    migrate(record)
    assert verify(record, SO) == []
    record.dispose()
