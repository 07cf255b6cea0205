"""Which attachments of a letter are evidence, which are none, and what its sender is told."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from mailflow.actions.reasons import Reasons
from mailflow.forms import filled, returned
from mailflow.forms.fillable import MOST_PAGES
from mailflow.forms.filled import Page
from mailflow.forms.returned import Returned
from mailflow.intake.reading.filekinds import PICTURES, FileKind, kind_of, picture_size
from mailflow.intake.reading.letter import Attachment, Letter
from mailflow.procedure.request import Request
from mailflow.settings import Settings

TECHNICAL = frozenset({"vcard", "calendar", "pgp", "signature"})
"""Kinds that mail programs add: cards, invitations, keys, signatures."""

_TECHNICAL_ENDINGS = (".p7s", ".asc", ".vcf", ".ics")
_UNCERTAIN = frozenset({"text", "other"})  # kinds in which the ending of a technical part counts
_SMALL_BYTES, _SMALL_SIDE = 10_000, 150  # of a logo: bytes, pixels of its shorter side
_PAPER = PICTURES | {"pdf"}
_FORMS = frozenset({"docx", "xlsx"})
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Caps:
    """The most that is taken as evidence: bytes of a file, bytes of a letter, files of a letter."""

    file: int
    letter: int
    files: int


def caps(settings: Settings) -> Caps:
    """Take the caps from [attachments]."""
    own = settings.attachments
    return Caps(own.file_mb * _MEGABYTE, own.letter_mb * _MEGABYTE, own.files)


@dataclass(frozen=True)
class Judged:
    """One attachment; `why` is a key of [files] where it is no evidence, SILENT says nothing."""

    attachment: Attachment
    kind: str
    why: str = ""
    form: Returned | None = None
    pages: tuple[Page, ...] = ()


SILENT = "silent"
"""Logos, technical parts, our own files sent back unchanged: no evidence, not worth a word."""


@dataclass(frozen=True)
class Enclosed:
    """What came with a letter.

    `files` is the evidence, kept already. `left_out` are the others worth a word (key of [files],
    name, megabytes). `forms` are our forms that came back changed, with the names of their files.
    `paper` tells that all evidence is paper: PDF, scans, photos. `pages` are those that somebody
    filled in, with the names of their files: they are words, not evidence.
    """

    files: tuple[Mapping[str, str], ...] = ()
    left_out: tuple[tuple[str, str, str], ...] = ()
    forms: tuple[tuple[str, Returned], ...] = ()
    paper: bool = False
    pages: tuple[tuple[str, Page], ...] = ()


def judge(letter: Letter, most: Caps, is_ours: Callable[[Attachment], bool]) -> tuple[Judged, ...]:
    """Judge each attachment of a letter, in their order.

    `is_ours` tells a file, or a mail, that we sent ourselves. The caps count evidence only.
    """
    judged: list[Judged] = []
    for attachment in letter.attachments:
        one = _judged(attachment, is_ours)
        taken = [j.attachment for j in judged if not j.why]
        if not one.why:
            one = Judged(attachment, one.kind, _beyond(attachment, taken, most), one.form)
        judged.append(one)
    return tuple(judged)


def _judged(attachment: Attachment, is_ours: Callable[[Attachment], bool]) -> Judged:
    found = kind_of(attachment.data, attachment.name)
    if found.danger:
        return Judged(attachment, found.name, found.danger)
    if _is_technical(attachment, found) or _is_logo(attachment, found) or is_ours(attachment):
        return Judged(attachment, found.name, SILENT)
    pages = filled.read(attachment.data) if found.name in _FORMS else ()
    if pages:
        return Judged(attachment, found.name, SILENT, pages=pages)
    form = returned.read(attachment.data) if found.name in _FORMS else None
    unchanged = form is not None and not form.changed
    return Judged(attachment, found.name, SILENT if unchanged else "", form)


def _is_technical(attachment: Attachment, found: FileKind) -> bool:
    name = attachment.name.lower()
    if found.name == "signature" and name.endswith(".p7m"):
        return False  # a document within its signature
    by_name = name.endswith(_TECHNICAL_ENDINGS) and found.name in _UNCERTAIN
    return found.name in TECHNICAL or by_name


def _is_logo(attachment: Attachment, found: FileKind) -> bool:
    """Tell a picture of the letter's dress: small where the text shows it, tiny where not."""
    if found.name not in PICTURES:
        return False
    size = picture_size(attachment.data)
    light = len(attachment.data) <= _SMALL_BYTES
    small = size is not None and min(size) <= _SMALL_SIDE
    return (light or small) if attachment.inline else (light and small)


def _beyond(attachment: Attachment, taken: Sequence[Attachment], most: Caps) -> str:
    """Name the cap that one more file would break; the same file again is taken once."""
    size = len(attachment.data)
    if any(other.sha256 == attachment.sha256 for other in taken):
        return SILENT
    if size > most.file:
        return "too_big"
    if len(taken) >= most.files:
        return "too_many"
    return "too_much" if size + sum(len(a.data) for a in taken) > most.letter else ""


def enclosed(letter: Letter, judged: Sequence[Judged], keep: Callable[[bytes], str]) -> Enclosed:
    """Sum up what came with a letter; `keep` stores the evidence and gives its SHA-256 in hex."""
    taken = [j for j in judged if not j.why]
    files = tuple({"name": j.attachment.name, "sha256": keep(j.attachment.data)} for j in taken)
    left_out = [
        (j.why, j.attachment.name, _megabytes(len(j.attachment.data)))
        for j in judged
        if j.why not in ("", SILENT)
    ]
    if "tnef" in letter.problems:
        left_out.append(("only_rtf", "winmail.dat", ""))
    forms = tuple((j.attachment.name, j.form) for j in taken if j.form)
    paper = bool(taken) and all(j.kind in _PAPER for j in taken)
    pages = tuple((j.attachment.name, p) for j in judged for p in j.pages if p.touched)
    return Enclosed(files, tuple(left_out), forms, paper, pages[:MOST_PAGES])


def told(
    found: Enclosed,
    most: Caps,
    reasons: Reasons,
    requests: Mapping[str, Request],
    used: Set[str],
) -> list[str]:
    """Write what the sender is to know of their files, one sentence each.

    `requests` are those of the letter as they stood before it; `used` are the hashes of the files
    that went into one.
    """
    limits = {"file": _megabytes(most.file), "letter": _megabytes(most.letter)}
    lines = [
        reasons.say("files", why, {"name": name, "size": size, "most": str(most.files), **limits})
        for why, name, size in found.left_out
    ]
    unused = [file["name"] for file in found.files if file["sha256"] not in used]
    if unused:
        lines.append(reasons.say("files", "unused", {"name": "”, “".join(unused)}))
    altered = dict.fromkeys(name for name, page in found.pages if page.altered)
    lines += [reasons.say("files", "altered", {"name": name}) for name in altered]
    for name, form in found.forms:
        lines.append(reasons.say("files", "form", {"name": name, "code": form.code}))
        request = requests.get(form.code)
        if request and len(request.entries) > form.entries:
            lines.append(reasons.say("files", "stale", {"name": name, "code": form.code}))
    return lines


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}".replace(".", ",").removesuffix(",0")
