"""An evidence pack to go out with a mail: which requests, under which name, and whether it fits."""

from collections.abc import Sequence

from mailflow.actions.context import FormAttachment
from mailflow.actions.house import House
from mailflow.record import PACK, Work

OF_ONE, OF_YEAR = "Gói hồ sơ {what}", "Gói hồ sơ năm {what}"
OF_LIST = "Gói hồ sơ các phiếu đến hạn hủy"

FOLDER = "packs"
"""In the agency's home: where packs lie that no mail carries."""

GROWTH = 1.5
"""A pack over the mails it holds: their files stand in it a second time, packed."""


def title(codes: Sequence[str], what: str) -> str:
    """Name a pack: of one request, of a year, or of several requests of a list (`what` empty)."""
    if len(codes) == 1:
        return OF_ONE.format(what=codes[0])
    return OF_YEAR.format(what=what) if what else OF_LIST


def most(house: House) -> int:
    """Give the bytes of a file that a mail may carry: base64 makes four of three."""
    return house.settings.attachments.letter_mb * 2**20 * 3 // 4


def attachment(
    work: Work, house: House, codes: Sequence[str], what: str, letter_id: int
) -> FormAttachment:
    """Attach the pack of requests, made when the mail is composed.

    `mailed` says that it fits into a mail by what it is made of; else it is left in `FOLDER`.
    """
    room = int(most(house) / GROWTH)
    mailed = work.papers.size_of(codes, room) <= room
    name = what or (codes[0] if len(codes) == 1 else "DEN-HAN-HUY")
    view = {
        "codes": list(codes),
        "title": title(codes, what),
        "file": f"HO-SO-{name}-{letter_id}.zip",
        "mailed": mailed,
    }
    return FormAttachment(form=PACK, view=view, entries=0)
