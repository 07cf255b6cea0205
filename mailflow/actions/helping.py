"""The help one person gets by mail: what waits for them, what they may do, the words for it."""

from collections.abc import Collection, Iterable, Sequence

from mailflow.actions import glance, notices, rates, words
from mailflow.actions.context import LetterGlance, Row, Table
from mailflow.actions.house import House
from mailflow.phrases import Phrases
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, StandIn
from mailflow.procedure.request import Request
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import REQUESTS, Act, Role
from mailflow.record import Work

ANSWERS_FOR = {
    Role.AGENCY_HEAD: (Role.AGENCY_HEAD, Role.VERIFIER),
    Role.ISO_LEAD: (Role.ISO_LEAD,),
    Role.ISO_SECRETARY: (Role.ISO_SECRETARY,),
    Role.ISO_MEMBER: (Role.ISO_MEMBER,),
    Role.UNIT_HEAD: (Role.UNIT_HEAD, Role.DECIDER, Role.CHECKER, Role.SUBMITTER),
    Role.STAFF: (Role.PERFORMER, Role.ASSIGNEE, Role.IMPLEMENTER, Role.REPORTER, Role.PARTY),
}
"""By role of the roster: the roles of STEPS that its holders usually have; the highest first."""

WAITING = ["Phiếu", "Việc đang chờ", "Gõ ở dòng đầu"]
GIVEN = "Khi được giao việc"


def send(work: Work, house: House, person: Person, letter: LetterGlance, world: World) -> None:
    """Answer a letter that asks for help; the mail's token proves replies on what waits."""
    waiting = _waiting(work, person.id, world)
    document = notices.context(house, "help", notices.recipient(person))
    document["letter"] = letter
    document["table"] = _table(waiting, person.id, world, house) if waiting else None
    document["details"] = [
        *_openings(person, world, house.phrases),
        *_askings(person),
        *_of_roles(person, world, house.phrases),
        *_for_others(person, world, house.phrases),
    ]
    codes = [request.code for request in waiting]
    stored = notices.post(
        work,
        document,
        world,
        letter_id=letter["id"],
        key=f"help:{letter['id']}",
        lines=notices.lines_for(work, person.id, codes, world),
    )
    rates.hold_back(work, house, stored, world)


# --- what waits ----------------------------------------------------------------------------------


def _waiting(work: Work, person: str, world: World) -> list[Request]:
    opened = work.requests.load_open()
    return [request for request in opened if _owed(request, person, world)]


def _owed(request: Request, person: str, world: World) -> list[machine.Owed]:
    owed = machine.owed(request, world)
    return [item for item in owed if person in glance.answering(item, world)]


def _table(requests: Iterable[Request], person: str, world: World, house: House) -> Table:
    """Show each request that waits, a row for each act owed, with the words to type."""
    return Table(
        columns=WAITING,
        rows=[
            [
                f"{request.code}: {words.title(str(request.values.get('content', '')))}",
                labels.ACT[item.wait.act] + (f"\nHạn {words.day(item.due)}" if item.due else ""),
                "\n".join(_typed(request, item, person, world, house)),
            ]
            for request in requests
            for item in _owed(request, person, world)
        ],
    )


def _typed(
    request: Request, item: machine.Owed, person: str, world: World, house: House
) -> list[str]:
    steps = machine.possible(request, person, world)
    said = []
    for step in steps:
        if step.act is item.wait.act and step.answer != "part":
            choice = glance.choice(step, house)
            fields = ", ".join(field["label"] for field in choice["fields"])
            said.append(f"“{choice['type']}”" + (f" (kèm {fields})" if fields else ""))
    return said


# --- what may be done ----------------------------------------------------------------------------


def _openings(person: Person, world: World, phrases: Phrases) -> list[Row]:
    """List the first lines that open a request."""
    steps = machine.able((s for s in STEPS if s.sources is None), None, person.id, world)
    others = dict.fromkeys(
        (s.act, s.answer) for s in steps if (s.act, s.answer) != (Act.REPORT, "")
    )
    said = [phrases.kind_type(kind) for kind in REQUESTS]
    said += [phrases.type_of(*means) for means in others]
    return [Row(label="Báo việc mới", value="\n".join(f"• “{phrase}”" for phrase in said))]


LISTS = ("Danh sách phiếu đang mở", "Danh sách phiếu quá hạn")
SECRETARYS = ("Gói hồ sơ năm nay", "Sổ theo dõi mới nhất", "Xem trước thư tổng hợp")


def _askings(person: Person) -> list[Row]:
    """List what can be had by asking for it, see intake/asking."""
    said = LISTS + (SECRETARYS if Role.ISO_SECRETARY in person.roles else ())
    return [Row(label="Xin hồ sơ", value="\n".join(f"• “{asked}”" for asked in said))]


def _of_roles(person: Person, world: World, phrases: Phrases) -> list[Row]:
    """One row for each role with acts of its own; what a higher role named is not said again."""
    known: set[Act] = set()
    rows = []
    for role, roles in ANSWERS_FOR.items():
        if person.id not in machine.people_for(role, None, world.roster):
            continue
        steps = [s for s in _steps_of(roles) if s.act not in known]
        known |= {step.act for step in steps}
        label = GIVEN if role is Role.STAFF else labels.ROLE[role]
        rows.append(Row(label=label, value=_sayings(steps, phrases)))
    return [row for row in rows if row["value"]]


def _for_others(person: Person, world: World, phrases: Phrases) -> list[Row]:
    """One row for each person in whose place they act today."""
    rows = []
    for stand_in in world.roster.stand_ins:
        away = world.roster.person(stand_in.for_whom)
        if stand_in.who == person.id and away:
            steps = _stood_in_for(away, stand_in, world)
            label = f"Làm thay {away.name}" + _until(stand_in)
            rows.append(Row(label=label, value=_sayings(steps, phrases)))
    return [row for row in rows if row["value"]]


def _stood_in_for(away: Person, stand_in: StandIn, world: World) -> list[Step]:
    held = [r for r in ANSWERS_FOR if away.id in machine.people_for(r, None, world.roster)]
    roles = [role for of in held for role in ANSWERS_FOR[of]]
    return [s for s in _steps_of(roles) if stand_in.acts is None or s.act in stand_in.acts]


def _until(stand_in: StandIn) -> str:
    return f" (đến {words.day(stand_in.until)})" if stand_in.until else ""


def _steps_of(roles: Collection[Role]) -> list[Step]:
    """List the steps that go on with a request and that one of these roles may take."""
    going_on = (s for s in STEPS if s.sources is not None and set(s.kinds) & set(REQUESTS))
    return [step for step in going_on if set(step.who) & set(roles)]


def _sayings(steps: Sequence[Step], phrases: Phrases) -> str:
    """Write a line for each act: its name, then the phrase of each of its answers.

    A phrase that is the name itself stands alone.
    """
    lines: dict[Act, list[str]] = {}
    for act, answer in dict.fromkeys((step.act, step.answer) for step in steps):
        lines.setdefault(act, []).append(phrases.type_of(act, answer))
    return "\n".join(f"• {_line(labels.ACT[act], said)}" for act, said in lines.items())


def _line(name: str, said: Sequence[str]) -> str:
    quoted = " / ".join(f"“{phrase}”" for phrase in dict.fromkeys(said))
    return quoted if list(said) == [name] else f"{name}: {quoted}"
