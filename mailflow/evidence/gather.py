"""All that the record keeps of one request, in order of time, one paper at a time."""

import email
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from functools import cached_property
from hashlib import sha256

from mailflow.actions.house import House
from mailflow.evidence import words
from mailflow.evidence.blotting import blotted, usable
from mailflow.evidence.names import file_slug, slug
from mailflow.intake.reading import decoding
from mailflow.intake.reading import letter as reading
from mailflow.procedure import labels
from mailflow.procedure.request import Request
from mailflow.record import Letter, Notice, Work


@dataclass(frozen=True)
class Paper:
    """One file of a pack: what it is, of whom, when, and by which proof it is theirs."""

    at: datetime
    what: str
    title: str
    who: str
    proof: str
    name: str
    data: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gathering:
    """One request whose papers are gathered."""

    work: Work
    house: House
    request: Request

    def papers(self) -> Iterator[Paper]:
        """Give letters, mails, their files and the files of the journal, oldest first.

        A file that came or went several times is given once.
        """
        seen: set[str] = set()
        for at, kind, number in sorted(self._moments()):
            found = self._letter(number) if kind == "letter" else self._mail(number, at)
            for paper in found:
                digest = sha256(paper.data).hexdigest()
                if digest not in seen:
                    seen.add(digest)
                    yield paper
        yield from (paper for paper in self._files() if sha256(paper.data).hexdigest() not in seen)

    def _moments(self) -> Iterator[tuple[datetime, str, int]]:
        for number in self.work.papers.letters_of(self.request.code):
            yield self.work.letters.get(number).received_at, "letter", number
        for number in self.work.papers.notices_of(self.request.code):
            notice = self.work.notices.get(number)
            if notice.mime is not None:
                yield notice.sent_at or notice.at, "mail", number

    def _letter(self, number: int) -> Iterator[Paper]:
        letter = self.work.letters.get(number)
        raw = self.work.letters.raw(number)
        data = blotted(raw, self._tokens)
        notes = [words.NUMBERED.format(number=number), *([words.CUT] if letter.truncated else [])]
        notes += _shared(letter, self.request.code)
        notes += [] if data == raw else [words.BLOTTED.format(sha256=letter.blob)]
        whole = Paper(
            letter.received_at,
            words.LETTER,
            letter.subject,
            self._name(letter.person) or letter.from_address,
            self._proof(letter),
            f"thu-den-{slug(letter.subject)}.eml",
            data,
            tuple(notes),
        )
        try:
            read = reading.read(raw)
        except reading.Unreadable:
            yield replace(whole, notes=(*whole.notes, words.UNREADABLE))
            return
        yield whole
        for file in read.attachments:
            yield _beside(whole, file.name, file.data)

    def _mail(self, number: int, at: datetime) -> Iterator[Paper]:
        notice = self.work.notices.get(number)
        raw = self.work.blobs.get(notice.mime or "")
        data = blotted(raw, self._tokens)
        mail = email.message_from_bytes(raw)
        subject = decoding.words(str(mail["Subject"] or ""))
        whole = Paper(
            at,
            words.MAIL,
            subject,
            self._name(notice.person) or notice.address,
            _sending(notice),
            f"thu-di-{slug(subject)}.eml",
            data,
            () if data == raw else (words.BLOTTED.format(sha256=notice.mime),),
        )
        yield whole
        for name, content in _attached(mail):
            yield _beside(whole, name, content)

    def _files(self) -> Iterator[Paper]:
        for entry in self.request.entries:
            for file in entry.fields.get("files") or ():
                yield Paper(
                    entry.at,
                    words.FILE,
                    file["name"],
                    self._name(entry.by),
                    labels.PROOF.get(entry.proof, entry.proof),
                    f"tep-{file_slug(file['name'])}",
                    self.work.blobs.get(file["sha256"]),
                )

    @cached_property
    def _tokens(self) -> tuple[bytes, ...]:
        """The tokens in mails about this request by which somebody could still act."""
        notices = self.work.papers.notices_of(self.request.code)
        return tuple(usable(self.work, sorted(notices)))

    def _proof(self, letter: Letter) -> str:
        """Say by which proof a letter was acted on, else what became of it."""
        via = str(letter.id)
        proofs = {
            e.proof for e in self.request.entries if (e.via.kind, e.via.id) == ("letter", via)
        }
        said = [labels.PROOF.get(proof, proof) for proof in sorted(proofs)]
        return "; ".join(said) or words.OUTCOME[letter.outcome]

    def _name(self, person: str | None) -> str:
        return self.house.roster.name_of(person) if person else ""


def _shared(letter: Letter, code: str) -> list[str]:
    about = {letter.request, *(act["request"] for act in letter.acts)} - {code, None}
    return [words.SHARED.format(codes=", ".join(sorted(map(str, about))))] if about else []


def _sending(notice: Notice) -> str:
    said = words.SENT[notice.status]
    return f"{said}: {notice.answer}" if notice.answer else said


def _beside(whole: Paper, name: str, data: bytes) -> Paper:
    return replace(
        whole,
        what=words.FILE,
        title=name,
        proof="",
        name=f"tep-{file_slug(name)}",
        data=data,
        notes=(words.IN_MAIL,),
    )


def _attached(mail: Message) -> Iterator[tuple[str, bytes]]:
    """Give the files of a mail of ours."""
    for part in mail.walk():
        if part.get_content_disposition() == "attachment":
            data = part.get_payload(decode=True)
            name = decoding.words(part.get_filename() or "")
            yield name or "tep", data if isinstance(data, bytes) else b""
