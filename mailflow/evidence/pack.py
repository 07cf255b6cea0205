"""Writes an evidence pack: a zip that is the same for the same record, written as a stream.

One paper at a time is in memory, and of each request a line of the index.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from mailflow.actions.house import House
from mailflow.errors import MailflowError, failpoint
from mailflow.evidence import edits, index, journal, words
from mailflow.evidence.gather import Gathering
from mailflow.evidence.index import Item, Listed
from mailflow.forms.words import moment
from mailflow.procedure.request import Request
from mailflow.record import Work

FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a pack, so that the same record makes the same bytes."""

FOLDER, CHAIN, MANIFEST, INDEX = "HO-SO", "CHUOI-NHAT-KY.jsonl", "MANIFEST.sha256", "MUC-LUC.html"


@dataclass
class Book:
    """A zip being written, and the manifest of what is in it."""

    zip: zipfile.ZipFile
    manifest: IO[bytes]
    names: set[str] = field(default_factory=set)

    def add(self, name: str, data: bytes) -> str:
        """Add a file to both; gives its SHA-256."""
        digest = sha256(data).hexdigest()
        self.zip.writestr(_info(name), data)
        self.manifest.write(f"{digest}  {name}\n".encode())
        return digest

    def stream(self, name: str, parts: Iterable[bytes]) -> None:
        """Add a file part by part."""
        digest = sha256()
        with self.zip.open(_info(name), "w", force_zip64=True) as out:
            for part in parts:
                digest.update(part)
                out.write(part)
        self.manifest.write(f"{digest.hexdigest()}  {name}\n".encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type, info.external_attr, info.create_system = (
        zipfile.ZIP_DEFLATED,
        0o644 << 16,
        3,
    )
    return info


def codes_of_year(work: Work, year: int) -> tuple[str, ...]:
    """List the requests numbered in a year. Raises MailflowError when there is none."""
    rows = work.requests.rows(year=year)
    if not rows:
        raise MailflowError(f"no request was opened in {year}")
    return tuple(row.code for row in rows)


def write_pack(work: Work, house: House, codes: Sequence[str], title: str, out: Path) -> None:
    """Write the pack of these requests to a file that is not there yet, whole or not at all.

    What was disposed of is listed without papers. Raises MailflowError when `out` is there, cannot
    be written, or a code is of no request.
    """
    part = out.with_name(f"{out.name}.part")
    if out.exists():
        raise MailflowError(f"{out} is there already; name a file that is not")
    try:
        with part.open("wb") as file, TemporaryFile() as manifest:
            write_into(work, house, codes, title, file, manifest)
        failpoint("pack.before_rename")
        part.replace(out)
        failpoint("pack.after_rename")
    except OSError as error:
        raise MailflowError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def write_into(
    work: Work,
    house: House,
    codes: Sequence[str],
    title: str,
    file: IO[bytes],
    manifest: IO[bytes],
) -> None:
    """Write the pack of these requests into an open file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        book = Book(zipped, manifest)
        first, last = _span(work, codes)
        book.stream(CHAIN, journal.chain(work, first, last))
        listed = [_request(book, work, house, code) for code in sorted(codes)]
        page = index.top(house, title, listed)
        digest = sha256(page).hexdigest()
        manifest.write(f"{digest}  {INDEX}\n".encode())
        manifest.seek(0)
        with zipped.open(_info(MANIFEST), "w") as lines:
            for line in manifest:
                lines.write(line)
        zipped.writestr(_info(INDEX), page)


def _span(work: Work, codes: Sequence[str]) -> tuple[int, int]:
    ends = [end for code in codes for end in _ends(work, code)]
    return (min(ends), max(ends)) if ends else (1, 0)


def _ends(work: Work, code: str) -> Iterator[int]:
    rows = work.journal.written_of(code)
    if not rows:
        raise MailflowError(f"there is no request {code}")
    yield from (rows[0]["seq"], rows[-1]["seq"])


def _request(book: Book, work: Work, house: House, code: str) -> Listed:
    request = work.requests.load(code)
    row = work.requests.row(code)
    if row is None:
        raise MailflowError(f"there is no request {code}")
    if request is None:
        return index.disposed(house, row, work.disposals.of(code))
    folder = f"{FOLDER}/{code}"
    made = _made(work, house, request)
    items = [*_papers(book, work, house, request), *(_of_program(*file) for file in made)]
    listed = index.listed(house, request, len(items))
    book.add(f"{folder}/{INDEX}", index.of_request(house, listed, items))
    for name, _, data in made:
        book.add(f"{folder}/{name}", data)
    return listed


def _papers(book: Book, work: Work, house: House, request: Request) -> Iterator[Item]:
    zone = house.settings.agency.zone
    for number, paper in enumerate(Gathering(work, house, request).papers(), 1):
        name = f"{number:04d}-{paper.name}"
        digest = book.add(f"{FOLDER}/{request.code}/{name}", paper.data)
        at = moment(paper.at, zone)
        yield Item(name, paper.what, paper.title, paper.who, at, paper.proof, digest, paper.notes)


def _made(work: Work, house: House, request: Request) -> list[tuple[str, str, bytes]]:
    """Write what the record has of a request besides papers: its journal, its rows' changes."""
    rows = work.journal.written_of(request.code)
    changes = edits.edits_of(work, house, request.code, request.entries)
    files = [
        ("NHAT-KY.jsonl", words.JOURNAL, journal.stored(rows)),
        ("NHAT-KY.txt", words.JOURNAL_TEXT, journal.readable(house, request.entries)),
    ]
    if changes:
        files.append(("SO-THEO-DOI.jsonl", words.EDITS_LINES, edits.as_lines(changes)))
        files.append(("SO-THEO-DOI.txt", words.EDITS, edits.readable(house, changes)))
    return files


def _of_program(name: str, what: str, data: bytes) -> Item:
    return Item(name, what, "", words.PROGRAM, "", "", sha256(data).hexdigest(), ())
