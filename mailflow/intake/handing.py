"""Hands out what somebody asks of the record, and settles what becomes of old records.

Whatever it is goes to the roster's address only, on proof; what is not theirs to see stays here.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from mailflow.actions import disposing, notices, packing, rates, words
from mailflow.actions.context import Row, Table
from mailflow.actions.notices import Remark, remark
from mailflow.actions.offers import Way, offer
from mailflow.intake import settle
from mailflow.intake.asking import Asking
from mailflow.intake.onedesk import Enclosed, OneDesk, refused, say
from mailflow.intake.settle import SIGNED, Settled
from mailflow.intake.wishes import ASKING, Answered
from mailflow.procedure import labels, machine
from mailflow.procedure.request import Via
from mailflow.procedure.terms import REQUESTS, Role
from mailflow.record import Outcome, RequestRow
from mailflow.reminders import daily
from mailflow.settings import register_id

LISTED = ["Phiếu", "Đơn vị", "Tình trạng", "Đang chờ", "Hạn"]
SEE_ALL = frozenset({Role.ISO_SECRETARY, Role.ISO_LEAD, Role.ISO_MEMBER, Role.AGENCY_HEAD})
OF = {"open": "đang mở", "overdue": "quá hạn"}
WHAT = {
    "list": "danh sách phiếu",
    "pack": "gói hồ sơ",
    "register": "sổ theo dõi",
    "digest": "bản xem trước thư tổng hợp",
}
DISPOSED = "đã hủy hồ sơ"
WAYS = (Way("confirm", "gửi cho tôi"), Way("not_me", "không phải tôi"))


def wanted(desk: OneDesk, asking: Asking) -> Settled:
    """Give what is asked for, refuse it, or ask the person whether it was they who wrote."""
    if asking.what != "list" and not _may(desk, asking):
        return say(desk, Outcome.REFUSED, refused(desk, "asking_secretary"))
    if not _proven(desk):
        return _held(desk, asking)
    signature = desk.facts.sender.signature
    if signature.verdict == "pass":
        desk.work.marks.set_once(SIGNED, signature.once, desk.world.now)
    return _given(desk, asking)


def confirmed(desk: OneDesk, answer: Answered) -> Settled:
    """Give what the person said it was they who asked for; else tell the secretary."""
    if answer.word == "no":
        said = desk.facts.words.text
        settle.for_secretary(desk.work, desk.house, desk.letter, said, "denied", desk.world)
        return Settled(Outcome.DONE, None, "denied", (), desk.person.id)
    kept: dict[str, Any] = dict((answer.ask.commands or [])[0]["asking"])
    asking = Asking(**{**kept, "codes": tuple(kept["codes"])})
    if asking.what != "list" and not _may(desk, asking):
        return say(desk, Outcome.REFUSED, refused(desk, "asking_secretary"))
    return _given(desk, asking)


def _may(desk: OneDesk, asking: Asking) -> bool:
    """Packs and registers are the secretary's; a register is its keeper's as well."""
    if Role.ISO_SECRETARY in desk.person.roles:
        return True
    return asking.what == "register" and bool(_registers(desk, asking))


def _proven(desk: OneDesk) -> bool:
    sender, ask = desk.facts.sender, desk.facts.ask
    if ask and (ask.commands is not None or any(line.used_at is None for line in ask.lines)):
        return True
    return sender.signature.verdict == "pass" or sender.authentication == "pass"


def _held(desk: OneDesk, asking: Asking) -> Settled:
    """Ask at the roster's address: one word there, and it is given."""
    house = desk.house
    kept = {"matter": ASKING, "asking": asdict(asking)}
    said = offer(house.phrases, "Xác nhận thư xin hồ sơ", WAYS, kept)
    details = [Row(label="Thư xin", value=_described(asking))]
    key = f"asking:{desk.letter.id}"
    asked = Remark(
        "confirm",
        desk.person,
        key,
        details,
        desk.glance,
        asks=[said.ask],
        commands=said.kept,
    )
    stored = remark(desk.work, house, asked, desk.world)
    rates.hold_back(desk.work, house, stored, desk.world)
    text = house.reasons.say("held", "unproven")
    return Settled(Outcome.HELD, None, text, (), desk.person.id)


def _given(desk: OneDesk, asking: Asking) -> Settled:
    if asking.what == "pack":
        return _pack(desk, asking)
    if asking.what == "digest":
        return _digest(desk)
    return _register(desk, asking) if asking.what == "register" else _list(desk, asking)


def _described(asking: Asking) -> str:
    parts = [WHAT[asking.what], *(OF[name] for name in OF if getattr(asking, name))]
    parts += [f"của {asking.unit}"] if asking.unit else []
    parts += [f"năm {asking.year}"] if asking.year else []
    return " ".join([*parts, *asking.codes])


# --- lists ---------------------------------------------------------------------------------------


def _list(desk: OneDesk, asking: Asking) -> Settled:
    rows = [row for row in _rows(desk, asking) if _sees(desk, row)]
    what = _described(asking)
    details = {"what": what, "count": str(len(rows))}
    said = desk.house.reasons.say("done", "list" if rows else "list_empty", details)
    remarks = []
    if not SEE_ALL & desk.person.roles:
        theirs = desk.house.reasons.say("done", "list_of_yours")
        remarks.append(Row(label="Lưu ý", value=theirs))
    table = Table(columns=LISTED, rows=[_shown(desk, row) for row in rows])
    files = disposing.attached(table, what.capitalize())
    return say(desk, Outcome.DONE, said, remarks, Enclosed(table if rows else None, files))


def _rows(desk: OneDesk, asking: Asking) -> list[RequestRow]:
    rows = desk.work.requests.rows(
        kinds=REQUESTS, unit=asking.unit or None, year=asking.year or None
    )
    if asking.open or asking.overdue:
        rows = tuple(row for row in rows if row.closed_at is None)
    today = desk.world.today
    return [r for r in rows if not asking.overdue or (r.due is not None and r.due < today)]


def _sees(desk: OneDesk, row: RequestRow) -> bool:
    """The board and the agency's head see all, a unit's head the unit's, others their own."""
    person = desk.person
    if SEE_ALL & person.roles:
        return True
    head = desk.world.roster.head_of(row.unit)
    if head is not None and head.id == person.id:
        return True
    request = desk.work.requests.load(row.code)
    parties = machine.people_for(Role.PARTY, request, desk.world.roster) if request else ()
    return person.id in parties


def _shown(desk: OneDesk, row: RequestRow) -> list[str]:
    names = dict.fromkeys(p for waiting in row.waiting for p in waiting.people)
    waiting = ", ".join(desk.world.everyone.name_of(person) for person in names)
    gone = desk.work.disposals.decided(row.code)
    title = DISPOSED if gone else words.title(row.content)
    return [
        f"{row.code} ({row.number}): {title}",
        row.unit,
        labels.STATE[row.state],
        waiting,
        words.day(row.due),
    ]


# --- the digest ----------------------------------------------------------------------------------


def _digest(desk: OneDesk) -> Settled:
    """Send the leaders' digest as it would be now, in a mail of its own, and say so."""
    document = daily.preview(desk.work, desk.house, desk.person, desk.world)
    key = f"preview:{desk.letter.id}"
    notices.post(desk.work, document, desk.world, letter_id=desk.letter.id, key=key, lines=[])
    return say(desk, Outcome.DONE, desk.house.reasons.say("done", "digest_given"))


# --- packs and registers -------------------------------------------------------------------------


def _pack(desk: OneDesk, asking: Asking) -> Settled:
    codes = asking.codes or tuple(row.code for row in desk.work.requests.rows(year=asking.year))
    if not codes:
        return say(desk, Outcome.REFUSED, refused(desk, "asking_empty", year=str(asking.year)))
    return _packed(desk, codes, str(asking.year or ""))


def _packed(desk: OneDesk, codes: Sequence[str], what: str) -> Settled:
    attached = packing.attachment(desk.work, desk.house, codes, what, desk.letter.id)
    view = attached["view"]
    folder = desk.house.settings.home / packing.FOLDER
    details = {"name": view["file"], "folder": str(folder), "count": str(len(codes))}
    key = "pack" if view["mailed"] else "pack_left"
    said = desk.house.reasons.say("done", key, details)
    return say(desk, Outcome.DONE, said, enclosed=Enclosed(files=[attached]))


def _register(desk: OneDesk, asking: Asking) -> Settled:
    ids = _registers(desk, asking)
    if not ids:
        return say(desk, Outcome.REFUSED, refused(desk, "asking_no_register"))
    said = desk.house.reasons.say("done", "register_given")
    return say(desk, Outcome.DONE, said, enclosed=Enclosed(registers=ids))


def _registers(desk: OneDesk, asking: Asking) -> list[str]:
    """Name the registers that are meant and that the person may have."""
    settings = desk.house.settings
    secretary = Role.ISO_SECRETARY in desk.person.roles
    return [
        register_id(settings, register.path)
        for register in settings.registers
        if (not asking.unit or register.unit == asking.unit)
        and (secretary or register.keeper.casefold() == desk.person.email.casefold())
    ]


# --- records past their years --------------------------------------------------------------------


def about_disposal(desk: OneDesk, answer: Answered) -> Settled:
    """Decide, keep, or hand out the pack first; the offer stays until yes or no."""
    codes: list[str] = list((answer.ask.commands or [])[0]["codes"])
    if answer.word == "pack":
        kept = [code for code in codes if desk.work.requests.row(code)]
        return _packed(desk, kept, "")
    desk.work.asks.close(answer.ask.id, desk.world.now)
    if answer.word == "no":
        return say(desk, Outcome.DONE, desk.house.reasons.say("done", "disposal_no"))
    via = Via("letter", str(desk.letter.id))
    decided = disposing.decide(desk.work, desk.house, codes, desk.person, via, desk.world)
    if not decided:
        return say(desk, Outcome.REFUSED, refused(desk, "disposal_over"))
    said = desk.house.reasons.say("done", "disposal_yes", {"count": str(len(decided))})
    return say(desk, Outcome.DONE, said)
