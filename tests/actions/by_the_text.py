"""The procedure's sections 5.1 to 5.7 written down a second time, from its text, as a model.

Nothing here comes from the tables of `mailflow/procedure`: states and acts are plain words, people
are found by hand, so that a mistake in a table shows as a difference.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mailflow.demo import cast
from mailflow.procedure.request import Json

NONCONFORMITY = "nonconformity"
HEADS = {
    p.unit: p.id
    for p in (cast.OFFICE_HEAD, cast.ONE_STOP_HEAD, cast.PLANNING_HEAD, cast.EXPERT_HEAD)
}
BOARD = (cast.LEAD.id, cast.OFFICE_HEAD.id, cast.PLANNING_HEAD.id, cast.SECRETARY.id)
OPEN_EARLY = (
    "reported",
    "correcting",
    "corrected",
    "checked",
    "submitted",
    "returned",
    "presented",
)
OPEN_LATE = ("assigned", "proposed", "implementing", "completed", "verified", "awaiting_direction")
UNTIL_SUBMITTED = OPEN_EARLY[:5]

Way = tuple[str, str]
"""An act and its answer."""


@dataclass
class Part:
    """One measure: whose it is, whether it was reported done."""

    who: tuple[str, ...]
    done: bool = False


@dataclass
class Matter:
    """A request as a reader of the procedure would keep it on paper."""

    code: str
    kind: str
    unit: str
    state: str
    reporter: str
    passed_to: str = ""
    performer: str = ""
    checker: str = ""
    submitter: str = ""
    assignees: tuple[str, ...] = ()
    implementers: tuple[str, ...] = ()
    parts: list[Part] = field(default_factory=list)
    due: date | None = None
    deadline: date | None = None
    change_asked: bool = False

    @property
    def head(self) -> str:
        """The head of its unit, "" where the unit has none."""
        return HEADS.get(self.unit, "")

    @property
    def decider(self) -> str:
        """Who decides in the unit: its head, the superior it was passed to (5.1.1)."""
        return self.passed_to or self.head or cast.HEAD.id

    @property
    def open(self) -> bool:
        """Whether anything can still be done about it."""
        return self.state in OPEN_EARLY + OPEN_LATE

    def parties(self) -> set[str]:
        """Everybody it concerns: they may comment and add evidence."""
        named = {self.reporter, self.decider, self.head, self.performer, self.checker}
        work = {self.submitter, *self.assignees, *self.implementers}
        return (named | work | {cast.HEAD.id, *BOARD}) - {""}


@dataclass(frozen=True)
class Turn:
    """Who may go a way, from where, to which state ("" stays), saying what."""

    where: tuple[str, ...]
    who: Callable[[Matter], Iterable[str]]
    to: str
    says: dict[str, Json]
    only: str = ""


def _decider(matter: Matter) -> tuple[str, ...]:
    return (matter.decider,)


def _decider_or_head(matter: Matter) -> tuple[str, ...]:
    return (matter.decider, matter.head)


def _unit(matter: Matter) -> tuple[str, ...]:
    return (matter.decider, matter.head, cast.SECRETARY.id)


def _checker(matter: Matter) -> tuple[str, ...]:
    return (matter.checker or matter.head or cast.HEAD.id,)


def _submitter(matter: Matter) -> tuple[str, ...]:
    return (matter.submitter or matter.decider,)


def _one(person: str) -> Callable[[Matter], tuple[str, ...]]:
    return lambda _: (person,)


LEAD, SECRETARY, HEAD = (_one(p.id) for p in (cast.LEAD, cast.SECRETARY, cast.HEAD))
N, OTHERS = NONCONFORMITY, "others"

WAYS: dict[Way, tuple[Turn, ...]] = {
    ("pass_up", ""): (Turn(("reported",), _decider, "", {"reason": "Vượt thẩm quyền"}),),
    ("decide_disposition", "work"): (
        Turn(("reported",), _decider, "correcting", {"disposition": "rework", "performer": "?person", "correction_due": "?day"}, N),
    ),
    ("decide_disposition", "no_work"): (
        Turn(("reported",), _decider, "checked", {"disposition": "accept", "reason": "Không ảnh hưởng"}, N),
    ),
    ("report_correction", ""): (
        Turn(("correcting",), lambda m: (m.performer,), "corrected", {"correction": "Đã sửa", "evidence": "Ảnh"}, N),
    ),
    ("check_correction", "met"): (Turn(("corrected",), _checker, "checked", {}, N),),
    ("check_correction", "not_met"): (
        Turn(("corrected",), _checker, "correcting", {"remarks": "Còn thiếu", "correction_due": "?day"}, N),
    ),
    ("confirm_repeat", "yes"): (Turn(UNTIL_SUBMITTED, _unit, "", {"earlier": "?earlier"}),),
    ("confirm_repeat", "no"): (Turn(UNTIL_SUBMITTED, _unit, "", {"earlier": "?earlier"}),),
    ("decide_need", "yes"): (
        Turn(("checked",), _decider, "submitted", {"signs": ["opportunity"]}, N),
        Turn(("reported",), _decider, "submitted", {"signs": ["opportunity"]}, OTHERS),
    ),
    ("decide_need", "no"): (
        Turn(("checked",), _decider, "no_action_needed", {"reason": "Đơn lẻ"}, N),
        Turn(("reported",), _decider, "no_action_needed", {"reason": "Đơn lẻ"}, OTHERS),
    ),
    ("present", ""): (Turn(("submitted",), SECRETARY, "presented", {}),),
    ("direct", "assign"): (
        Turn(("presented",), LEAD, "assigned", {"direction": "Làm", "assignees": "?people", "analysis_due": "?day"}),
        Turn(("awaiting_direction",), HEAD, "assigned", {"direction": "Làm", "assignees": "?people", "analysis_due": "?day"}),
    ),
    ("direct", "decline"): (
        Turn(("presented",), LEAD, "declined", {"reason": "Chưa cần"}),
        Turn(("awaiting_direction",), HEAD, "declined", {"reason": "Chưa cần"}),
    ),
    ("direct", "implement"): (
        Turn(("awaiting_direction",), HEAD, "implementing", {"direction": "Làm tiếp", "deadline": "?day"}),
    ),
    ("direct", "board"): (Turn(("awaiting_direction",), HEAD, "presented", {"direction": "Ban xem"}),),
    ("propose_solution", ""): (
        Turn(("assigned",), lambda m: m.assignees, "proposed", {"root_cause": "Chờ lâu", "measures": "?measures", "resources": "không"}),
    ),
    ("approve_solution", "yes"): (Turn(("proposed",), LEAD, "implementing", {"deadline": "?day"}),),
    ("approve_solution", "no"): (
        Turn(("proposed",), LEAD, "assigned", {"remarks": "Chưa rõ", "analysis_due": "?day"}),
    ),
    ("plan_work", ""): (
        Turn(("implementing",), lambda m: m.implementers, "", {"steps": "?steps"}),
    ),
    ("report_progress", ""): (
        Turn(("implementing",), lambda m: m.implementers, "", {"progress": "Được nửa", "percent": 50}),
    ),
    ("request_change", ""): (
        Turn(("implementing",), lambda m: m.implementers, "", {"change_deadline": "?day", "reason": "Chậm"}),
    ),
    ("decide_change", "grant"): (Turn(("implementing",), LEAD, "", {"change_deadline": "?day"}),),
    ("decide_change", "refuse"): (Turn(("implementing",), LEAD, "", {"reason": "Không"}),),
    ("report_completion", ""): (
        Turn(("implementing",), lambda m: m.implementers, "completed", {"result": "Xong", "evidence": "Biên bản"}),
    ),
    ("verify", "effective"): (
        Turn(("completed", "implementing"), HEAD, "verified", {"evidence_seen": "Biên bản"}),
    ),
    **{
        ("verify", answer): (
            Turn(("completed", "implementing"), HEAD, "failed", {"evidence_seen": "Sổ", "shortfall": "Chưa đạt"}),
        )
        for answer in ("not_done", "incomplete", "not_effective")
    },
    ("close", "yes"): (Turn(("verified",), lambda _: BOARD, "closed", {"closing_evidence": "Đủ"}),),
    ("close", "back"): (Turn(("verified",), lambda _: BOARD, "completed", {"lacking": "Thiếu ảnh"}),),
    ("transfer", ""): (Turn(("reported",), _unit, "", {"unit": "?unit", "reason": "Do nơi khác"}),),
    ("return_for_more", ""): (
        Turn(("submitted", "presented"), lambda _: (cast.SECRETARY.id, cast.LEAD.id), "returned", {"missing": "Số liệu"}),
    ),
    ("supply", ""): (Turn(("returned",), _submitter, "submitted", {"supplied": "Số liệu đây"}),),
    ("withdraw", ""): (Turn(("reported",), lambda m: (m.reporter,), "withdrawn", {"reason": "Nhầm"}),),
    ("comment", ""): (Turn(OPEN_EARLY + OPEN_LATE, Matter.parties, "", {"text": "Ý kiến"}),),
    ("add_evidence", ""): (Turn(OPEN_EARLY + OPEN_LATE, Matter.parties, "", {"text": "Ảnh chụp"}),),
    ("reassign", ""): (
        Turn(("correcting",), _decider_or_head, "", {"to": "?one", "reason": "Bận"}, N),
        Turn(("assigned", "implementing"), LEAD, "", {"to": "?people", "reason": "Bận"}),
    ),
    ("extend", ""): (
        Turn(("correcting",), _decider_or_head, "", {"until": "?later", "reason": "Chờ"}, N),
        Turn(("assigned", "implementing"), LEAD, "", {"until": "?later", "reason": "Chờ"}),
    ),
    ("merge", ""): (Turn(OPEN_EARLY, SECRETARY, "merged", {"into": "?other", "reason": "Trùng"}),),
}  # fmt: skip


def turn_of(matter: Matter, way: Way) -> Turn | None:
    """Find the turn that a way is for a matter as it stands."""
    group = N if matter.kind == NONCONFORMITY else OTHERS
    fitting = (t for t in WAYS[way] if matter.state in t.where and t.only in ("", group))
    return next(fitting, None)


def may(matter: Matter, way: Way, person: str, said: dict[str, Json], today: date) -> bool:
    """Say whether the procedure lets a person go a way now, saying that."""
    turn = turn_of(matter, way)
    if turn is None or not _in_time(matter, way, today):
        return False
    holders = set(turn.who(matter)) - {""}
    if way[0] == "verify" and today.year == 2026:
        holders |= {cast.DEPUTY.id}
    whole = all(said.get(name) for name in turn.says)
    return person in holders and whole and _makes_sense(matter, way, said, today)


def _in_time(matter: Matter, way: Way, today: date) -> bool:
    if way[0] == "verify" and matter.state == "implementing":
        return matter.deadline is not None and today >= matter.deadline
    if way[0] == "request_change":
        return not matter.change_asked
    return matter.change_asked if way[0] == "decide_change" else True


def _makes_sense(matter: Matter, way: Way, said: dict[str, Json], today: date) -> bool:
    if way[0] == "pass_up":
        return matter.decider != cast.HEAD.id
    if way[0] == "transfer":
        return bool(said["unit"] != matter.unit)
    if way[0] == "plan_work":
        return matter.deadline is not None and today <= matter.deadline
    return True


def gone(matter: Matter, way: Way, person: str, said: dict[str, Json]) -> Matter:
    """Give the matter after a way that `may` allows; a failed one's successor is `followed`."""
    turn = turn_of(matter, way)
    assert turn
    after = replace(matter, parts=[replace(part) for part in matter.parts])
    after.state = turn.to or matter.state
    effect = _EFFECTS.get(way[0])
    if effect:
        effect(after, way[1], person, said)
    return after


def followed(failed: Matter, code: str) -> Matter:
    """Give the new request of 5.7, which awaits the agency head's word."""
    return replace(
        failed,
        code=code,
        state="awaiting_direction",
        performer="",
        checker="",
        parts=[Part(part.who) for part in failed.parts],
        due=None,
        deadline=None,
        change_asked=False,
    )


def _pass_up(after: Matter, _answer: str, _by: str, _said: dict[str, Json]) -> None:
    after.passed_to = cast.HEAD.id


def _disposition(after: Matter, answer: str, _by: str, said: dict[str, Json]) -> None:
    if answer == "work":
        after.performer, after.due = said["performer"], date.fromisoformat(said["correction_due"])


def _check(after: Matter, answer: str, _by: str, said: dict[str, Json]) -> None:
    if answer == "not_met":
        after.due = date.fromisoformat(said["correction_due"])


def _need(after: Matter, answer: str, by: str, _said: dict[str, Json]) -> None:
    if answer == "yes":
        after.submitter = by


def _direct(after: Matter, answer: str, _by: str, said: dict[str, Json]) -> None:
    if answer == "assign":
        after.assignees, after.due = (
            tuple(said["assignees"]),
            date.fromisoformat(said["analysis_due"]),
        )
    if answer == "implement":
        after.deadline = date.fromisoformat(said["deadline"])


def _propose(after: Matter, _answer: str, _by: str, said: dict[str, Json]) -> None:
    after.parts = [Part(tuple(item["who"])) for item in said["measures"]]


def _approve(after: Matter, answer: str, _by: str, said: dict[str, Json]) -> None:
    if answer == "yes":
        after.implementers = tuple(dict.fromkeys(p for part in after.parts for p in part.who))
        after.deadline = date.fromisoformat(said["deadline"])
    else:
        after.due = date.fromisoformat(said["analysis_due"])


def _ask_change(after: Matter, _answer: str, _by: str, _said: dict[str, Json]) -> None:
    after.change_asked = True


def _decide_change(after: Matter, answer: str, _by: str, said: dict[str, Json]) -> None:
    after.change_asked = False
    if answer == "grant":
        after.deadline = date.fromisoformat(said["change_deadline"])


def _complete(after: Matter, _answer: str, by: str, _said: dict[str, Json]) -> None:
    own = [part for part in after.parts if by in part.who] or after.parts
    for part in own:
        part.done = True
    if not all(part.done for part in after.parts):
        after.state = "implementing"


def _transfer(after: Matter, _answer: str, _by: str, said: dict[str, Json]) -> None:
    after.unit, after.passed_to = said["unit"], ""


def _reassign(after: Matter, _answer: str, _by: str, said: dict[str, Json]) -> None:
    new = tuple(said["to"])
    if after.state == "correcting":
        (after.performer,) = new
    elif after.state == "assigned":
        after.assignees = new
    else:
        old, after.implementers = after.implementers, new
        coming = tuple(p for p in new if p not in old) or new
        for part in after.parts:
            leaving = [p for p in part.who if p in old and p not in new]
            if leaving and not part.done:
                stays = (p for p in part.who if p not in leaving)
                part.who = tuple(dict.fromkeys([*stays, *coming]))


def _extend(after: Matter, _answer: str, _by: str, said: dict[str, Json]) -> None:
    name = "deadline" if after.state == "implementing" else "due"
    setattr(after, name, date.fromisoformat(said["until"]))


_EFFECTS: dict[str, Callable[[Matter, str, str, dict[str, Json]], None]] = {
    "pass_up": _pass_up,
    "decide_disposition": _disposition,
    "check_correction": _check,
    "decide_need": _need,
    "direct": _direct,
    "propose_solution": _propose,
    "approve_solution": _approve,
    "request_change": _ask_change,
    "decide_change": _decide_change,
    "report_completion": _complete,
    "transfer": _transfer,
    "reassign": _reassign,
    "extend": _extend,
}


def likely(matters: Iterable[Matter], today: date) -> Iterator[tuple[Matter, Way, str]]:
    """Give the ways that somebody may go now, so that stories come to their ends."""
    for matter in matters:
        for way in WAYS:
            turn = turn_of(matter, way)
            if turn and _in_time(matter, way, today):
                yield from ((matter, way, p) for p in sorted(set(turn.who(matter)) - {""}))


def onward(matters: Iterable[Matter], today: date) -> Iterator[tuple[Matter, Way, str]]:
    """Give those of them that move a matter to another open state."""
    for matter, way, who in likely(matters, today):
        turn = turn_of(matter, way)
        if turn and turn.to in (*OPEN_EARLY, *OPEN_LATE, "failed"):
            yield matter, way, who


def later(matter: Matter, today: date) -> str:
    """Give a day that puts off what is due now."""
    now = matter.deadline if matter.state == "implementing" else matter.due
    return (max(now or today, today) + timedelta(days=5)).isoformat()
