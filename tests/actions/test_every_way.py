"""Acts of anybody, in any order, at any time: the record goes where the procedure's text says."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mailflow.actions.execute import Result, execute
from mailflow.actions.house import House
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.home import make_home
from mailflow.procedure import machine
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.terms import Act
from mailflow.record import Work, open_record, verify
from mailflow.wiring import open_service
from tests.actions import by_the_text as text
from tests.actions.by_the_text import Matter, Turn, Way
from tests.components import cases
from tests.conversations.agency import START
from tests.databases import copy_record, settle

RECORD = "record.sqlite"
EVERYBODY = tuple(p.id for p in cast.ROSTER.people)
WORKERS = (cast.CLERK.id, cast.COLLEAGUE.id, cast.PLANNER.id, cast.EXPERT.id)
UNITS = (*text.HEADS, cast.BOARD_OF_DIRECTORS)
KINDS = ("nonconformity", "potential_nonconformity", "corrective_action", "improvement")
VIA = Via("letter", "1")


@dataclass(frozen=True)
class Empty:
    """An agency before its first letter, kept for every story to begin with."""

    house: House
    home: Path
    agency: str
    folder: "TemporaryDirectory[str]"


@cache
def empty() -> Empty:
    """Make the agency once a process."""
    folder = TemporaryDirectory(prefix="every-way-")
    home = Path(folder.name)
    clock = Moved(START)
    make_home(home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
    settle(home)
    service = open_service(home, clock, with_pdf=False)
    service.close()
    return Empty(service.house, home, service.settings.agency.id, folder)


@st.composite
def words(draw: st.DrawFn, turn: Turn, matter: Matter, story: "Story") -> dict[str, Json]:
    """Draw what somebody says with an act: days from today on, people of the roster, codes."""
    day = st.sampled_from([0, 1, 5, 40]).map(story.day)
    people = st.lists(st.sampled_from(WORKERS), min_size=1, max_size=2, unique=True)
    codes = st.sampled_from([*story.matters, "CTCL-2026-0999-X"])
    kinds: dict[str, st.SearchStrategy[Json]] = {
        "?person": st.sampled_from(WORKERS),
        "?people": people,
        "?one": people.map(lambda some: some[:1]),
        "?day": day,
        "?later": st.just(text.later(matter, story.today)),
        "?unit": st.sampled_from(UNITS),
        "?measures": st.lists(st.builds(_measure, people, day), min_size=1, max_size=3),
        "?steps": st.builds(_measure, people, st.just(story.day(0))).map(lambda one: [one]),
        "?earlier": codes.map(lambda code: [code]),
        "?other": codes,
    }
    drawn = {name: kinds.get(str(value)) for name, value in turn.says.items()}
    return {n: turn.says[n] if kind is None else draw(kind) for n, kind in drawn.items()}


class Story(RuleBasedStateMachine):
    """People act; each act is judged by the record and by the text, which must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        url = copy_record(empty().home / RECORD, Path(self.folder.name) / RECORD)
        self.engine = open_record(url)
        self.now = START
        self.matters: dict[str, Matter] = {}

    def teardown(self) -> None:
        """At the end the whole record is sound."""
        try:
            assert verify(self.engine, empty().agency) == []
        finally:
            self.engine.dispose()
            self.folder.cleanup()

    @property
    def today(self) -> date:
        """The day it is in the agency."""
        return empty().house.local(self.now).date()

    def day(self, days: int) -> str:
        """Give the ISO date some days from today."""
        return (self.today + timedelta(days=days)).isoformat()

    def _work(self, *, reading: bool = False) -> Work:
        return Work(self.engine, empty().agency, reading=reading)

    def _done(self, way: Way, code: str | None, who: str, said: dict[str, Json]) -> list[Result]:
        command = Command(Act(way[0]), way[1], code, said, who, VIA, "token")
        with self._work() as work:
            results = execute(work, empty().house, command, empty().house.world(self.now))
            work.keep()
        return list(results)

    def _requests(self) -> dict[str, Request]:
        with self._work(reading=True) as work:
            found = {code: work.requests.load(code) for code in work.requests.codes()}
        return {code: request for code, request in found.items() if request}

    @rule(days=st.sampled_from([0.02, 0.3, 1, 3, 8, 25, 45]))
    def time_passes(self, days: float) -> None:
        """Hours, days or weeks; deadlines come, a year may end."""
        self.now += timedelta(days=days)

    @initialize(who=st.sampled_from(WORKERS), kind=st.sampled_from(KINDS))
    def a_first_report(self, who: str, kind: str) -> None:
        """Somebody notices something (5.1.1, 5.2.1)."""
        self.report(who, kind, "")

    @precondition(lambda self: len(self.matters) < 6)
    @rule(
        who=st.sampled_from([*EVERYBODY, "mallory@giamao.example"]),
        kind=st.sampled_from(KINDS),
        answer=st.sampled_from(["", "", "handled"]),
    )
    def report(self, who: str, kind: str, answer: str) -> None:
        """Anybody on the roster may; only a nonconformity can have been handled already."""
        said = {"kind": kind, "content": "Trả chậm", "correction": "Đã xin lỗi"}
        result, *more = self._done(("report", answer), None, who, said)
        may = who in EVERYBODY and (not answer or kind == text.NONCONFORMITY)
        assert (result.outcome == "done") is may, result
        assert not more
        if may and result.code:
            unit = next(p.unit for p in cast.ROSTER.people if p.id == who)
            state = "corrected" if answer else "reported"
            self.matters[result.code] = Matter(result.code, kind, unit, state, who)

    @precondition(lambda self: any(m.open for m in self.matters.values()))
    @rule(data=st.data(), acts=st.integers(2, 8))
    def matters_go_on(self, data: st.DataObject, acts: int) -> None:
        """Several acts in a row, each one that moves its matter on."""
        for _ in range(acts):
            onward = list(text.onward(self.matters.values(), self.today))
            if onward:
                matter, way, who = data.draw(st.sampled_from(onward))
                self._tried(matter, way, who, data.draw(self._said(matter, way)))

    @precondition(lambda self: any(m.open for m in self.matters.values()))
    @rule(data=st.data())
    def the_right_person_acts(self, data: st.DataObject) -> None:
        """One of the acts that somebody may do now."""
        matter, way, who = data.draw(
            st.sampled_from(list(text.likely(self.matters.values(), self.today)))
        )
        self._tried(matter, way, who, data.draw(self._said(matter, way)))

    @precondition(lambda self: self.matters)
    @rule(data=st.data(), who=st.sampled_from([*EVERYBODY, "mallory@giamao.example"]))
    def anybody_tries_anything(self, data: st.DataObject, who: str) -> None:
        """Any act on any matter, ended ones too, sometimes with what it needs left out."""
        matter = data.draw(st.sampled_from(list(self.matters.values())))
        way = data.draw(st.sampled_from(sorted(text.WAYS)))
        said = dict(data.draw(self._said(matter, way)))
        leaving_out: bool = data.draw(st.booleans())
        if said and leaving_out:
            said.pop(data.draw(st.sampled_from(sorted(said))))
        self._tried(matter, way, who, said)

    def _tried(self, matter: Matter, way: Way, who: str, said: dict[str, Json]) -> None:
        """The act is done just when the text allows it; not done, it has changed nothing."""
        before = self._requests()
        result, *more = self._done(way, matter.code, who, said)
        may = text.may(matter, way, who, said, self.today) and self._known(matter, said)
        event(f"{way[0]} {'done' if may else 'not done'}")
        assert (result.outcome == "done") is may, (result.outcome, result.problem, matter)
        if not may:
            assert not more
            assert self._requests() == before
            return
        after = self.matters[matter.code] = text.gone(matter, way, who, said)
        if after.state == "failed":
            code = more[0].code
            assert code is not None
            self.matters[code] = text.followed(after, code)

    def _known(self, matter: Matter, said: dict[str, Json]) -> bool:
        """Other requests that an act names are there: open to merge into, earlier in its unit."""
        into = self.matters.get(said.get("into", matter.code))
        earlier = [self.matters.get(code) for code in said.get("earlier", ())]
        places = list(self.matters)
        whole = "into" not in said or (into is not None and into.open and into is not matter)
        return whole and all(
            m and m.unit == matter.unit and places.index(m.code) < places.index(matter.code)
            for m in earlier
        )

    def _said(self, matter: Matter, way: Way) -> st.SearchStrategy[dict[str, Json]]:
        return words(text.turn_of(matter, way) or text.WAYS[way][0], matter, self)

    @invariant()
    def the_record_stands_where_the_text_does(self) -> None:
        """State, unit, who has which part, what is due: the same by both."""
        requests = self._requests()
        assert requests.keys() == self.matters.keys()
        for code, matter in self.matters.items():
            assert _shown(requests[code]) == _on_paper(matter)

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        """What is open is owed by people who may do it now; what has ended, by nobody."""
        world = empty().house.world(self.now)
        for request in self._requests().values():
            owed = machine.owed(request, world)
            assert bool(owed) is not request.ended
            for item in owed:
                assert item.people
                for person in item.people:
                    acts = {step.act for step in machine.possible(request, person, world)}
                    assert item.wait.act in acts, (request.code, request.state, person)


def _measure(who: list[str], by: str) -> dict[str, Json]:
    return {"what": "Lập sổ", "who": who, "by": by, "output": "sổ"}


def _shown(request: Request) -> tuple[Json, ...]:
    parties = {role.value: people for role, people in request.parties.items()}
    measures = [(m.who, m.done_on is not None) for m in request.measures]
    return (
        request.state.value,
        request.kind.value,
        request.unit,
        parties.get("implementer", ()),
        measures,
        request.pending_change is not None,
    )


def _on_paper(matter: Matter) -> tuple[Json, ...]:
    parts = [(part.who, part.done) for part in matter.parts]
    return (
        matter.state,
        matter.kind,
        matter.unit,
        matter.implementers,
        parts,
        matter.change_asked,
    )


Story.TestCase.settings = settings(max_examples=cases(4), stateful_step_count=30)
TestEveryWay = pytest.mark.fuzz(Story.TestCase)
