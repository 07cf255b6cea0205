"""What is kept with the entry of an act that compiles a paper (5.8.1.1, 5.8.2.1, 5.9).

Papers drawn later say what the record and the consolidated register said then.
"""

from collections.abc import Iterator

from mailflow.actions import review_figures
from mailflow.actions.house import House
from mailflow.actions.seen import Counted, Seen, Unseen
from mailflow.forms.words import moment
from mailflow.procedure.machine import World
from mailflow.procedure.request import Entry, Json, Request
from mailflow.procedure.terms import Act, Kind
from mailflow.record import Work

OF_REVIEWS = (Act.SEND_AGENDA, Act.DRAFT_REPORT, Act.RECEIVE_MINUTES)
OF_OBJECTIVES = (Act.SUBMIT_PLAN, Act.AMEND_PLAN, Act.EVALUATE)
"""Of the agency's own objectives, which speak for all units."""

MOST_LEFT = 100
"""Lines that an appendix lists; the sheet `Đồng bộ` has them all."""

TYPED_HERE = Seen("tài liệu được lập từ một dòng ghi trong sổ", None, lambda *_: Counted(()))
"""In a round of the register itself nobody can look into it once more."""


def compiles(entry: Entry, request: Request) -> bool:
    """Say whether an act makes a paper that is compiled from the register."""
    own = request.kind is Kind.OBJECTIVES and not request.unit
    return entry.act in OF_REVIEWS or (own and entry.act in OF_OBJECTIVES)


def compiled(
    work: Work, house: House, request: Request, entry: Entry, world: World
) -> dict[str, Json]:
    """Give `parts` of a review by section, `notes` on what they rest on, and what is `left`.

    Raises Unseen when nobody looked into the register before.
    """
    seen = house.seen or (TYPED_HERE if entry.via.kind == "register" else None)
    if seen is None:
        raise Unseen(f"{entry.act} of {request.code} before the register was read")
    left = list(seen.left or ())
    found: dict[str, Json] = {"left": left[:MOST_LEFT], "notes": []}
    if entry.act in OF_REVIEWS:
        found |= review_figures.compiled(work, house, request, world, seen)
    found["notes"] = [*_standing(work, house, seen, found["notes"], world), *found["notes"]]
    if len(left) > MOST_LEFT:
        found["notes"].append(_MORE.format(count=len(left), most=MOST_LEFT))
    return found


def _standing(
    work: Work, house: House, seen: Seen, apart: list[str], world: World
) -> Iterator[str]:
    """Say of which generation the paper is, and whether register and record agree in it."""
    now, generation = moment(world.now), review_figures.generation(work, house)
    said = {"now": now, "generation": generation, "why": seen.trouble}
    if not house.consolidated:
        yield _NONE
    elif not generation:
        yield _NEVER.format(**said)
    elif seen.trouble:
        yield _BEFORE.format(**said)
    else:
        agree = not seen.left and not apart
        yield (_AGREE if agree else _IN_STEP).format(**said)
    if house.consolidated and seen.left is None:
        yield _UNKNOWN


_NONE = "Chưa có sổ theo dõi chung; số liệu lấy từ hồ sơ của chương trình."
_NEVER = "Chưa lập được sổ theo dõi chung ({why}); số liệu lấy từ hồ sơ của chương trình."
_AGREE = "Đối chiếu lúc {now} với sổ theo dõi chung, {generation}: sổ và hồ sơ khớp nhau."
_IN_STEP = (
    "Đối chiếu lúc {now} với sổ theo dõi chung, {generation}: khớp với hồ sơ, trừ những chỗ nêu "
    "trong tài liệu này."
)
_BEFORE = (
    "Chưa đối chiếu được với sổ theo dõi chung lúc {now}: {why}. Tài liệu này theo {generation}."
)
_UNKNOWN = "Vì vậy chưa biết trong sổ có dòng nào chưa nhập vào hồ sơ."
_MORE = "Tài liệu ghi {most} trong {count} chỗ chưa nhập được; trang Đồng bộ của sổ có đủ."
