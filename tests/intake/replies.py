"""Replies as people write them, each with the reading a careful secretary would give it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.demo import cast
from mailflow.intake.lines.values import Lookup
from mailflow.intake.opening import read_report
from mailflow.intake.quotes.quoting import new_words
from mailflow.intake.reading.letter import read
from mailflow.intake.wording import Item, Open, Read, read_acts
from mailflow.procedure import judge, machine
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.folding import folded
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.terms import Act, State
from tests.intake.clients import HTML_CLIENTS, TEXT_CLIENTS
from tests.intake.letters import ASKED, HTML, raw
from tests.intake.office import phrases
from tests.procedure.stories import Story

DATA = Path(__file__).parents[1] / "data" / "replies"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 6, 1, 9, tzinfo=ZONE)
WEEK_BEFORE = datetime(2026, 5, 25, 8, tzinfo=ZONE)


def _extra(account: str, name: str, unit: str) -> Person:
    address = f"{account}@{cast.DOMAIN}"
    return Person(address, name, address, unit, "Chuyên viên")


ROSTER = replace(
    cast.ROSTER,
    people=(
        *cast.ROSTER.people,
        _extra("lan.nt", "Nguyễn Thị Lan", cast.PLANNING),
        _extra("hung.tv", "Trần Văn Hùng", cast.OFFICE),
        _extra("ha.ltt", "Lê Thị Thu Hà", cast.EXPERTISE),
    ),
)


@dataclass(frozen=True)
class Case:
    """One reply of the set, see tests/data/replies."""

    id: str
    situation: str
    text: str
    client: str = "plain"
    subject: str = "Re: [CTCL-2026-0001-X] KPH"
    at: datetime = MONDAY
    acts: tuple[Mapping[str, Any], ...] = ()
    ask: str = ""


def cases(folder: Path = DATA) -> list[Case]:
    """Load every reply of a folder of TOML files."""
    return [
        _case(raw_case)
        for path in sorted(folder.glob("*.toml"))
        for raw_case in tomllib.loads(path.read_text(encoding="utf-8"))["reply"]
    ]


def _case(given: Mapping[str, Any]) -> Case:
    at = datetime.fromisoformat(given["at"]) if "at" in given else MONDAY
    if at.hour == 0:
        at = at.replace(hour=9)
    return Case(
        given["id"],
        given["situation"],
        given["text"],
        given.get("client", "plain"),
        given.get("subject", "Re: [CTCL-2026-0001-X] KPH"),
        at.replace(tzinfo=ZONE),
        tuple(given.get("acts", ())),
        given.get("ask", ""),
    )


# --- what the letters answer ---------------------------------------------------------------------


class Carried(Story):
    """A story in the roster of the replies, begun a week before they are written."""

    def to(self, state: State) -> "Carried":
        """Carry a nonconformity of the one-stop unit to a state."""
        for who, act, answer, fields in _WAY:
            if self.request is not None and self.request.state is state:
                return self
            self.does(who, act, answer, **fields)
        return self


MEASURES = [
    {"what": "Sửa mẫu", "who": [cast.EXPERT.id], "by": "2026-06-20", "output": "mẫu mới"},
    {"what": "Thay biển", "who": [cast.CLERK.id], "by": "2026-06-25", "output": "ảnh"},
]
_WAY: tuple[tuple[str, Act, str, dict[str, Json]], ...] = (
    (cast.CLERK.id, Act.REPORT, "", {"content": "Hẹn trả sai ngày"}),
    (
        cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "work",
        {"disposition": "rework", "performer": cast.CLERK.id, "correction_due": "2026-06-05"},
    ),
    (cast.CLERK.id, Act.REPORT_CORRECTION, "", {"correction": "Đã sửa", "evidence": "ảnh"}),
    (cast.ONE_STOP_HEAD.id, Act.CHECK_CORRECTION, "met", {}),
    (cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, "yes", {"signs": ["recurring"]}),
    (cast.SECRETARY.id, Act.PRESENT, "", {}),
    (
        cast.LEAD.id, Act.DIRECT, "assign",
        {"direction": "Phân tích", "assignees": [cast.EXPERT.id], "analysis_due": "2026-06-15"},
    ),
    (
        cast.EXPERT.id, Act.PROPOSE_SOLUTION, "",
        {"root_cause": "Mẫu cũ", "measures": MEASURES, "resources": "không"},
    ),
    (cast.LEAD.id, Act.APPROVE_SOLUTION, "yes", {}),
    (cast.EXPERT.id, Act.REPORT_COMPLETION, "", {"result": "Xong", "evidence": "ảnh"}),
    (cast.CLERK.id, Act.REPORT_COMPLETION, "", {"result": "Xong", "evidence": "ảnh"}),
    (cast.HEAD.id, Act.VERIFY, "effective", {"evidence_seen": "Đã xem"}),
)  # fmt: skip


def _story(state: State) -> Carried:
    return Carried(roster=ROSTER, now=WEEK_BEFORE).to(state)


def _improvement() -> Carried:
    story = Carried(roster=ROSTER, now=WEEK_BEFORE)
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Lấy số qua tin nhắn")
    return story


def _changing() -> Carried:
    story = _story(State.IMPLEMENTING)
    change: dict[str, Json] = {"change_deadline": "2026-07-10", "reason": "chờ máy in"}
    story.does(cast.EXPERT.id, Act.REQUEST_CHANGE, **change)
    return story


def _returned() -> Carried:
    story = _story(State.SUBMITTED)
    story.does(cast.SECRETARY.id, Act.RETURN_FOR_MORE, missing="ảnh")
    return story


def _followed_up() -> Carried:
    story = Carried(roster=ROSTER, now=WEEK_BEFORE)
    fields: dict[str, Json] = {
        "kind": "nonconformity", "unit": cast.ONE_STOP, "content": "Hẹn trả sai ngày",
        "shortfall": "còn 2 quầy", "measures": MEASURES, "root_cause": "Mẫu cũ",
        "resources": "không",
    }  # fmt: skip
    parties = {"reporter": [cast.CLERK.id], "implementer": [cast.EXPERT.id, cast.CLERK.id]}
    story.does("", Act.FOLLOW_UP, parties=parties, **fields)
    return story


@dataclass(frozen=True)
class Situation:
    """Who writes, the requests their mail asked about, and the act asked for on each."""

    who: Person
    stories: tuple[Story, ...]
    asked: tuple[Act, ...]
    more: tuple[Act, ...] = field(default=())


@cache
def situations() -> dict[str, Situation]:
    """Every situation by its name."""
    lead, head, one_stop = cast.LEAD, cast.HEAD, cast.ONE_STOP_HEAD

    def at(who: Person, act: Act, *states: State) -> Situation:
        return Situation(who, tuple(_story(s) for s in states), (act,) * len(states))

    return {
        "disposition": at(one_stop, Act.DECIDE_DISPOSITION, State.REPORTED),
        "correction": at(cast.CLERK, Act.REPORT_CORRECTION, State.CORRECTING),
        "check": at(one_stop, Act.CHECK_CORRECTION, State.CORRECTED),
        "need": at(one_stop, Act.DECIDE_NEED, State.CHECKED),
        "need_improvement": Situation(one_stop, (_improvement(),), (Act.DECIDE_NEED,)),
        "present": at(cast.SECRETARY, Act.PRESENT, State.SUBMITTED),
        "direct": at(lead, Act.DIRECT, State.PRESENTED),
        "propose": at(cast.EXPERT, Act.PROPOSE_SOLUTION, State.ASSIGNED),
        "approve": at(lead, Act.APPROVE_SOLUTION, State.PROPOSED),
        "work": Situation(
            cast.EXPERT, (_story(State.IMPLEMENTING),), (Act.REPORT_COMPLETION,), (Act.PLAN_WORK,)
        ),
        "change": Situation(lead, (_changing(),), (Act.DECIDE_CHANGE,)),
        "verify": at(head, Act.VERIFY, State.COMPLETED),
        "close": at(cast.SECRETARY, Act.CLOSE, State.VERIFIED),
        "follow_up": Situation(head, (_followed_up(),), (Act.DIRECT,)),
        "supply": Situation(one_stop, (_returned(),), (Act.SUPPLY,)),
        "digest": Situation(
            lead,
            (_story(State.PRESENTED), _story(State.PRESENTED), _story(State.PROPOSED)),
            (Act.DIRECT, Act.DIRECT, Act.APPROVE_SOLUTION),
        ),
        "digest_head": at(head, Act.VERIFY, State.COMPLETED, State.COMPLETED),
        "new": Situation(cast.CLERK, (), ()),
    }


def _requests(situation: Situation) -> list[Request]:
    """The requests of a situation, each with a code of its own."""
    from mailflow.procedure import numbering

    found = [s.request for s in situation.stories if s.request]
    return [
        replace(r, code=numbering.code("CTCL", 2026, n), number=f"{n:02d}/2026")
        for n, r in enumerate(found, start=1)
    ]


# --- from the bytes to the reading ---------------------------------------------------------------

_HTML_OF = {
    "outlook_web_html": "outlook_web",
    "outlook_word_html": "outlook_windows",
    "gmail_html": "gmail",
    "zimbra_html": "zimbra",
    "apple_html": "apple",
}
_DEVICE = {"iphone": "Đã gửi từ iPhone của tôi", "android": "Gửi từ thiết bị Samsung của tôi"}


def letter_of(case: Case, who: Person) -> bytes:
    """Write the reply as its mail program would."""
    headers = {
        "from": f"X <{who.email}>",
        "subject": case.subject if case.situation != "new" else f"=?utf-8?b?{_b64(case.subject)}?=",
        "in_reply_to": ASKED if case.situation != "new" else "",
    }
    if case.client in _HTML_OF:
        body = case.text.strip().replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>\n")
        page = (
            HTML_CLIENTS[_HTML_OF[case.client]].replace("{}", body, 1)
            if headers["in_reply_to"]
            else body
        )
        return raw(f"<html><body>{page}</body></html>", content_type=HTML, **headers)
    device = _DEVICE.get(case.client, "")
    below = TEXT_CLIENTS.get("gmail_vi" if device else case.client, "")
    body = "\n\n".join(
        p for p in (case.text.rstrip(), device, below if headers["in_reply_to"] else "") if p
    )
    return raw(body, **headers)


def _b64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


def _opens(case: Case, situation: Situation, world: machine.World) -> list[Open]:
    opens = []
    for request, asked in zip(_requests(situation), situation.asked, strict=True):
        opens.append(Open.of(request, situation.who.id, world, (asked, *situation.more)))
    return opens


def items_of(case: Case) -> tuple[Item, ...]:
    """Read one reply from its bytes."""
    situation = situations()[case.situation]
    letter = read(letter_of(case, situation.who))
    words = new_words(letter)
    world = _world(case)
    lookup = Lookup(world.roster, situation.who.id, "CTCL", world.calendar)
    if case.situation == "new":
        return (read_report(letter.subject, words.text, phrases(), lookup, case.at),)
    return read_acts(words.text, _opens(case, situation, world), phrases(), lookup, case.at)


def _world(case: Case) -> machine.World:
    return Carried(roster=ROSTER, now=case.at).world


# --- what they come to ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """An act that would be done: on which request (1, 2, …), with which fields in the end."""

    request: int
    act: str
    answer: str
    fields: Mapping[str, Json]


def outcome(case: Case) -> list[Done] | None:
    """Give the acts that a reply would do, None when anything of it is asked about or refused."""
    situation = situations()[case.situation]
    world = _world(case)
    requests = {r.code: r for r in _requests(situation)}
    done: list[Done] = []
    for item in items_of(case):
        if not isinstance(item, Read) or item.problems or not item.sure:
            return None
        request = requests.get(item.request)
        command = Command(
            item.act, item.answer, item.request or None, item.fields, situation.who.id,
            Via("letter", "1"), "token",
        )  # fmt: skip
        judged = judge.judge(request, command, world)
        if not isinstance(judged, judge.Judged):
            return None
        entry = judged.entry
        place = list(requests).index(item.request) + 1 if request else 0
        done.append(Done(place, entry.act.value, judged.step.answer, entry.fields))
        if request is not None:
            requests[item.request] = machine.advance(
                request, replace(entry, fields=_full(entry.fields))
            )
    return done


def _full(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {**fields, "successor": "CTCL-2026-0099-X"}


TOLD = (Type.TEXT,)


def fault(case: Case) -> str:
    """Say how a reply's outcome differs from its right reading: "", "asked" or what is wrong."""
    done = outcome(case)
    if case.ask:
        return "" if done is None else f"acted: {_short(done)}"
    if done is None:
        return "asked"
    if len(done) != len(case.acts):
        return f"acted: {_short(done)}"
    faults = [_differs(d, a, case) for d, a in zip(done, case.acts, strict=True)]
    return "; ".join(f for f in faults if f)


def _short(done: list[Done]) -> str:
    return ", ".join(f"{d.act}:{d.answer} {_structured(d.fields)}" for d in done)


def _structured(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {k: v for k, v in fields.items() if k in FIELDS and FIELDS[k].type not in TOLD}


def _differs(done: Done, right: Mapping[str, Any], case: Case) -> str:
    if (done.act, done.answer) != (right["act"], right.get("answer", "")):
        return f"wrong: {done.act}:{done.answer}"
    if "request" in right and done.request != right["request"]:
        return f"wrong request: {done.request}"
    for name, wanted in right.get("fields", {}).items():
        taken = cast.ONE_STOP_HEAD.id if name == "checker" else None  # as the mail said
        if not _same(done.fields.get(name, taken), wanted):
            return f"wrong {name}: {done.fields.get(name)}"
    for name, words in right.get("says", {}).items():
        if folded(words) not in folded(str(done.fields.get(name, ""))):
            return f"wrong words {name}: {done.fields.get(name)}"
    return ""


def _same(given: Json, wanted: Any) -> bool:
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return (
            isinstance(given, list | tuple)
            and len(given) == len(wanted)
            and all(_same_item(g, w) for g, w in zip(given, wanted, strict=True))
        )
    if isinstance(wanted, list):
        return sorted(map(str, given or ())) == sorted(map(str, wanted))
    return bool(given == wanted) or str(given) == str(wanted)


def _same_item(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    words = all(
        folded(str(wanted[k])) in folded(str(given.get(k, "")))
        for k in ("what", "output", "with")
        if k in wanted
    )
    exact = all(given.get(k) == wanted[k] for k in ("who", "by") if k in wanted)
    return words and exact
