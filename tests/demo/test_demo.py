"""The sample agency's year, played once: every branch of the table, and replayed in vain."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.demo import play as demo
from mailflow.demo.play import Stage
from mailflow.procedure.request import Request
from mailflow.procedure.steps import STEPS, states_of
from mailflow.procedure.terms import ENDS, REQUESTS, REVIEWS, Act, Kind, State
from mailflow.rehearsal import With, rehearse
from mailflow.upkeep import verify_record
from mailflow.wiring import open_service

pytestmark = [pytest.mark.story, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The demo, played with nobody watching, its service opened again."""
    folder = tmp_path_factory.mktemp("demo") / "agency"
    played = demo.play(folder, Console(file=io.StringIO()))
    played.service = open_service(folder, played.clock, with_pdf=False)
    yield played
    played.service.close()


def requests(stage: Stage) -> list[Request]:
    """Every request of the record."""
    with stage.service.open_work(reading=True) as work:
        return [r for r in map(work.requests.load, work.requests.codes()) if r]


def test_rehearsed_unchanged_the_year_comes_to_the_same(stage: Stage) -> None:
    """Every letter, reminder and paper of it, each tried again as of its moment."""
    done = rehearse(stage.service.settings.home, stage.clock, With(), lambda _done, _of: None)
    assert done.differences == []
    assert done.letters > 200
    assert done.moments > 100


@pytest.mark.clause("5.1")
def test_every_act_and_answer_is_lived_through(stage: Stage) -> None:
    """Each way of the request's table stands in some request's journal."""
    lived = {(e.act, e.answer) for r in requests(stage) for e in r.entries}
    assert {(s.act, s.answer) for s in STEPS if set(s.kinds) & set(REQUESTS)} <= lived


@pytest.mark.clause("5.7")
def test_every_end_is_reached_and_every_failure_has_its_successor(stage: Stage) -> None:
    """5.7: the failed request and the one opened for it name each other."""
    found = {r.code: r for r in requests(stage) if r.kind in REQUESTS}
    assert {r.state for r in found.values() if r.ended} == ENDS & set(states_of(REQUESTS))
    failed = [r for r in found.values() if r.state is State.FAILED]
    assert len(failed) == 4
    assert all(found[r.successor or ""].predecessor == r.code for r in failed)


def test_the_record_is_whole_and_each_request_has_its_form(stage: Stage) -> None:
    """Hash chain, replay, numbers; a filled BM.CTCL.01 for each request."""
    home = stage.service.settings.home
    assert verify_record(home) == []
    forms = {path.stem for path in (home / "forms").glob("*.docx")}
    assert forms == {f"BM.CTCL.01 {r.code}" for r in requests(stage) if r.kind in REQUESTS}


@pytest.mark.clause("5.8", "5.9")
def test_a_year_goes_from_its_plans_to_the_next_ones(stage: Stage) -> None:
    """Objectives planned, evaluated and one not met opened; both routes of the review; 2027."""
    found = requests(stage)
    reviews = {r.kind: r for r in found if r.kind in REVIEWS}
    assert set(reviews) == {Kind.REVIEW_REPORT, Kind.REVIEW_MEETING}
    assert {r.state for r in reviews.values()} == {State.REVIEW_FINISHED}
    plans = [r for r in found if r.kind is Kind.OBJECTIVES]
    states = {(r.values["objectives_year"], r.unit): r.state for r in plans}
    of_2026 = {state for (year, _), state in states.items() if year == 2026}
    assert of_2026 == {State.OBJECTIVES_FINISHED}
    assert states[2027, cast.ONE_STOP] is State.PLAN_IN_FORCE
    opened = {r.entries[0].act for r in found if r.kind in REQUESTS}
    assert {Act.OPEN_FROM_REVIEW, Act.OPEN_FROM_OBJECTIVE} <= opened
    papers = {path.name.partition(" ")[2][:8] for path in _papers(stage)}
    assert {"BM.CTCL.", "Báo cáo ", "Thông bá", "Tài liệu", "Kế hoạch"} <= papers
    assert any(path.name.endswith(".zip") for path in _papers(stage))


def _papers(stage: Stage) -> list[Path]:
    return list((stage.service.settings.home / "papers").iterdir())


@pytest.mark.clause("VII.1")
def test_old_records_are_disposed_of_in_january(stage: Stage) -> None:
    """Closed in 2023, it is kept through 2026; then only the list tells of it."""
    with stage.service.open_work(reading=True) as work:
        (gone,) = work.disposals.everything()
    assert (gone.code[:14], gone.by) == ("CTCL-2023-0001", cast.SECRETARY.id)
    assert gone.code not in {r.code for r in requests(stage)}


def test_who_is_late_hears_and_so_do_those_above(stage: Stage) -> None:
    """A plan of objectives that a unit's head forgot reaches the agency head."""
    lists = [mail for mail in stage.post.mails if mail.subject.startswith("Nhắc việc")]
    late = {mail.to for mail in lists if "MTCL-2026-0004" in mail.text}
    assert {cast.EXPERT_HEAD.email, cast.LEAD.email, cast.HEAD.email} <= late


@pytest.mark.clause("5.2.1")
def test_a_row_typed_into_the_register_is_a_request(stage: Stage) -> None:
    """By the person named in it, entered by the keeper, through the same door."""
    (entry,) = [r.entries[0] for r in requests(stage) if r.entries[0].via.kind == "register"]
    assert (entry.by, entry.entered_by) == ("yen.tt@ankhe.example", "huong.pt@ankhe.example")


def test_everybody_has_one_list_a_day_at_most_and_leaders_one_digest_a_week(stage: Stage) -> None:
    """The moved clock goes through the daemon's own jobs: lists of the day are among the mails."""
    lists = [mail for mail in stage.post.mails if mail.lists]
    days = [(mail.to, mail.message["Date"].datetime.date()) for mail in lists]
    assert len(days) == len(set(days))
    assert {mail.subject.partition(" ngày ")[0] for mail in lists} == {
        "Nhắc việc",
        "Tổng hợp công việc cải tiến",
    }
    digests = [
        (to, *day.isocalendar()[:2])
        for (to, day), mail in zip(days, lists, strict=True)
        if "Tổng hợp" in mail.subject
    ]
    assert len(digests) == len(set(digests))


def test_replaying_the_whole_mailbox_changes_nothing(stage: Stage) -> None:
    """Every letter put back into the inbox: no entry more, no mail more."""
    before = requests(stage)
    inbox = stage.service.settings.home / "mail/in"
    for letter in _filed(inbox):
        letter.rename(inbox / "new" / letter.name.partition(":")[0])
    failures = loop.run_once(stage.service)
    assert failures == {}
    assert requests(stage) == before
    assert stage.post.fetch() == []
    assert _filed(inbox)


def _filed(inbox: Path) -> list[Path]:
    return [path for path in inbox.glob(".*/cur/*") if path.is_file()]
