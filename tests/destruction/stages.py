"""Homes at rest with something to do, each made once and copied for every kill."""

import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import count
from pathlib import Path

from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.settings import FILE
from mailflow.upkeep import verify_record
from tests.channels.inbox import different, folders
from tests.conversations.agency import REPORT, Agency
from tests.destruction.acts import (
    LATER,
    LATER_LETTER,
    OCTOBER,
    Act,
    first_rounds,
    in_a_process,
    october_round,
    one_round,
    pack,
    rebuild,
    restore,
    round_in_a_plain_folder,
)
from tests.destruction.town import message_id
from tests.registers.keeping import REPORTED, USER, Book
from tests.samba import PASSWORD as SHARE_PASSWORD
from tests.samba import samba
from tests.servers import PASSWORD, Dovecot, DovecotKind, dovecot
from tests.smtp_sink import smtp_sink

DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"
BOOK = "Sổ theo dõi.xlsx"
PLAN = "Xem xét bằng báo cáo\nĐánh giá nội bộ xong ngày: 25/09/2026"
DRAFT = "Lập báo cáo\nTình hình chung: Duy trì tốt."
UNIT_REGISTER = f"""
[[register]]
path = "Sổ Một cửa.xlsx"
keeper = "{cast.ONE_STOP_HEAD.email}"
unit = "{cast.ONE_STOP}"
"""
SERVER = "mail.ankhe.example"
ARRIVED = '"02-Mar-2026 08:30:00 +0700"'

SIGKILLED = -9
NEW = "new.sqlite"
NUMBERED = {"requests", "journal", "notices", "mails"}

Mails = Callable[[Path], list[bytes]]


@dataclass
class Stage:
    """A home to be copied, what is done to a copy, and where its mails are found.

    `dress` makes a copy one's own, where a server knows it by name.
    """

    home: Path
    act: Act = one_round
    dress: Callable[[Path], None] = lambda _home: None
    mails: Mails = field(default=lambda home: _maildir(home / "mail/out"))
    filed: Callable[[Path], dict[str, int]] = field(default=lambda home: _filed(home / "mail/in"))
    environment: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    @cached_property
    def calm(self) -> dict[str, object]:
        """What comes of it when nobody is killed."""
        home = self.copy()
        assert in_a_process(self.act, home, 0, *LATER, **self.environment) == 0, _log(home)
        return self.seen(home)

    def killed(self, point: str, at: int = 0) -> tuple[int, list[str]]:
        """Kill the act at a point and do it again; gives the exit code, and what is wrong then.

        `at` is the minute at which it was killed, by a clock that is right afterwards.
        """
        return self.upset(self.act, at, MAILFLOW_FAILPOINT=point)

    def upset(self, act: Act, at: int = 0, **environment: str) -> tuple[int, list[str]]:
        """Do an act that goes wrong, then the usual one again, and compare with the calm."""
        assert self.calm  # before the copy: what comes of it must not count among this one's mails
        home = self.copy()
        code = in_a_process(act, home, at, **{**self.environment, **environment})
        faults = self.compared(home)
        shutil.rmtree(home)
        return code, faults

    def compared(self, home: Path, *, numbered: bool = True) -> list[str]:
        """Let a copy's rounds go on as they should, and say what is not as in the calm.

        Not `numbered`: requests may have been opened in another order.
        """
        calm = self.calm
        again = in_a_process(self.act, home, *LATER, **self.environment)
        faults = [f"started again: {again}, {_log(home)}"] if again else []
        seen = self.seen(home)
        looked_at = calm if numbered else calm.keys() - NUMBERED - {p.name for p in _books(home)}
        wrong = [what for what in looked_at if seen[what] != calm[what]]
        faults += [f"{what}: {seen[what]}, not {calm[what]}" for what in wrong]
        return [*faults, *self._sent_again(home, 1)]

    def seen(self, home: Path) -> dict[str, object]:
        """Look at everything that must be the same whether somebody was killed or not."""
        return {
            **_record(home / "record.sqlite"),
            **{path.name: _rows(path) for path in _books(home)},
            "mails": Counter(_heads({message_id(raw): raw for raw in self.mails(home)})),
            "folders": self.filed(home),
            "made anew": _record(home / NEW) if (home / NEW).exists() else None,
            "packs": sorted(path.name for path in home.rglob("HO-SO*")),
            "left behind": sorted(str(p.relative_to(home)) for p in home.rglob("*") if _rest(p)),
            "faults": verify_record(home),
        }

    def copy(self) -> Path:
        """Make a home like this one."""
        home = self.home.with_name(f"{self.home.name}-{next(self.numbers)}")
        shutil.copytree(self.home, home)
        self.dress(home)
        return home

    def _sent_again(self, home: Path, kills: int) -> Iterator[str]:
        copies: dict[str, list[bytes]] = defaultdict(list)
        for raw in self.mails(home):
            copies[message_id(raw)].append(raw)
        if any(len(set(same)) > 1 for same in copies.values()):
            yield "a mail went out again with other bytes"
        if sum(len(same) - 1 for same in copies.values()) > kills:
            yield f"more than {kills} mails went out again"


def _books(home: Path) -> list[Path]:
    return sorted(home.glob("Sổ*.xlsx"))


def _record(path: Path) -> dict[str, object]:
    """Read by SQL what stands in the record; days and moments left out."""
    queries = {
        "letters": "SELECT message_id, outcome FROM letters",
        "requests": "SELECT code, state, content FROM requests",
        "journal": "SELECT request, act, answer, by, via_kind, source, target FROM journal",
        "notices": "SELECT kind, person, status, request FROM notices",
        "contents": "SELECT state, content FROM requests",
        "acts": "SELECT act, answer, by, via_kind, source, target FROM journal",
        "told": "SELECT kind, person, status FROM notices",
        "writing": "SELECT register_id FROM registers WHERE intent_sha256 IS NOT NULL",
    }
    with closing(sqlite3.connect(path)) as base:
        return {name: sorted(base.execute(query), key=str) for name, query in queries.items()}


def _rows(path: Path) -> list[tuple[object, ...]]:
    with closing(load_workbook(path)) as book:
        return [tuple(row) for row in book["Phiếu"].iter_rows(values_only=True)]


def _heads(mails: dict[str, bytes]) -> list[bytes]:
    """Name each mail by whom it goes to and what it is called."""
    heads = (
        raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n") for raw in mails.values()
    )
    return [b" ".join(sorted(x for x in h if x.startswith((b"To:", b"Subject:")))) for h in heads]


def _rest(path: Path) -> bool:
    """Say whether a file is half of something, or a folder for it."""
    half = path.suffix in (".part", ".tmp", ".new") or path.name.endswith(".new")
    return half or path.name.startswith(".making-")


def _maildir(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "new").iterdir())]


def _filed(folder: Path) -> dict[str, int]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return dict(Counter(str(path.parent.relative_to(folder)) for path in found))


def _log(home: Path) -> str:
    return (home / "log/act.log").read_text(encoding="utf-8")[-2000:]


# --- the stages ----------------------------------------------------------------------------------


def _agency(folder: Path, settings: str = "") -> Path:
    """Let a request be open, a reply and a report wait, and two rows be typed into the register."""
    agency = Agency(folder / "home", settings)
    code = agency.reported()
    agency.post.reply(cast.ONE_STOP_HEAD, agency.post.last(cast.ONE_STOP_HEAD), DECISION)
    agency.post.write(cast.PLANNER, "Việc khác", REPORT)
    book = Book()
    book.path = agency.home / BOOK
    book.adds({**REPORTED, "Nội dung": "Trả hồ sơ chậm", "Ghi chú": "gọi lại"})
    book.types(code, Ghi_chú="xem lại")
    _closed(agency)
    return agency.home


def _closed(agency: Agency) -> None:
    agency.service.close()
    agency.service.engine.dispose()


@contextmanager
def agency(folder: Path) -> Iterator[Stage]:
    """A day's round: letters, a register that is written, mails, a copy of the record."""
    home = _agency(folder)
    for copy in (home / "backup").iterdir():
        copy.unlink()
    yield Stage(home)


@contextmanager
def first_start(folder: Path) -> Iterator[Stage]:
    """A home that no daemon has seen yet: the record and the register are made."""
    made = Agency(folder / "home")
    _closed(made)
    for path in made.home.glob("record.sqlite*"):
        path.unlink()
    made.post.write(cast.CLERK, "Việc mới", REPORT)
    made.post.write(cast.PLANNER, "Việc sau", REPORT)
    (_, later) = sorted((made.home / "mail/in/new").iterdir())
    later.rename(made.home / LATER_LETTER)
    yield Stage(made.home, first_rounds)


@contextmanager
def plain_folder(folder: Path) -> Iterator[Stage]:
    """A folder without leases and links: registers are swapped as a whole, one is made anew."""
    home = _agency(folder)
    with (home / FILE).open("a", encoding="utf-8") as settings:
        settings.write(UNIT_REGISTER)
    yield Stage(home, round_in_a_plain_folder)


@contextmanager
def wired(
    folder: Path,
    kind: DovecotKind | None = None,
    filed: Callable[[Dovecot, str], dict[str, int]] = folders,
) -> Iterator[Stage]:
    """The same over real servers, each copy with an account of its own."""
    home = _agency(folder)
    waiting = [path.read_bytes() for path in sorted((home / "mail/in/new").iterdir())]
    with dovecot(kind) as office, smtp_sink(office.certificates, tls="starttls") as sink:
        begun: dict[str, int] = {}

        def dress(home: Path) -> None:
            begun[home.name] = len(sink.taken)
            servers = (
                f'kind = "imap"\nhost = "127.0.0.1"\nport = {office.tls_port}\n'
                f'user = "{home.name}"\nca_file = "{office.certificates.ca}"\n'
                f"smtp_port = {sink.port}"
            )
            text = (home / FILE).read_text(encoding="utf-8")
            (home / FILE).write_text(text.replace('kind = "maildir"', servers), encoding="utf-8")
            with office.client(home.name) as client:
                for raw in waiting:
                    assert client.append("INBOX", "", ARRIVED, raw)[0] == "OK"

        yield Stage(
            home,
            dress=dress,
            mails=lambda home: [taken.content for taken in sink.taken[begun[home.name] :]],
            filed=lambda home: filed(office, home.name),
            environment={"MAILFLOW_MAIL_PASSWORD": PASSWORD},
        )


@contextmanager
def without_move(folder: Path) -> Iterator[Stage]:
    """A mail server that cannot move: letters are copied, marked and expunged by number.

    One killed in between may copy a letter a second time, as it may send a mail: none is lost.
    """
    kind = DovecotKind(capability="IMAP4rev1 UIDPLUS AUTH=PLAIN NAMESPACE")
    with wired(folder, kind, different) as stage:
        yield stage


@contextmanager
def share(folder: Path) -> Iterator[Stage]:
    """A register on a file server, where there is none yet."""
    home = _agency(folder)
    (home / BOOK).unlink()
    with samba() as server:

        def dress(home: Path) -> None:
            name = f"{home.name}.xlsx"
            text = (home / FILE).read_text(encoding="utf-8")
            text = text.replace(f'path = "{BOOK}"', f'path = "{server.address(name)}"')
            text = text.replace('# user = "COQUAN', f'user = "{USER}" # "')
            (home / FILE).write_text(text, encoding="utf-8")
            (home / BOOK).symlink_to(server.folder / name)

        yield Stage(home, dress=dress, environment={"MAILFLOW_SHARE_PASSWORD": SHARE_PASSWORD})


@contextmanager
def packing(folder: Path) -> Iterator[Stage]:
    """The console writes the year's evidence pack."""
    yield Stage(_agency(folder), pack)


@contextmanager
def large_pack(folder: Path) -> Iterator[Stage]:
    """A pack is asked for by mail that no mail can carry."""
    made = Agency(folder / "home", f'[mail]\ntrusted_authserv = "{SERVER}"')
    file = made.home / FILE
    text = file.read_text(encoding="utf-8")
    small = text.replace("file_mb = 20", "file_mb = 1").replace("letter_mb = 30", "letter_mb = 1")
    file.write_text(small, encoding="utf-8")
    made.restart()
    noise = bytes(range(256)) * 3_500
    made.post.write(cast.CLERK, "Báo", "Báo cáo không phù hợp\nX", (("a.txt", noise),))
    made.work()
    made.post.put(
        f"From: {cast.SECRETARY.email}\nTo: {cast.MAILBOX}\nSubject: x\nMessage-ID: <goi@x>\n"
        f"Authentication-Results: {SERVER}; dmarc=pass header.from={cast.DOMAIN}\n"
        "Content-Type: text/plain; charset=utf-8\n\nGói hồ sơ năm 2026\n".encode()
    )
    _closed(made)
    yield Stage(made.home)


@contextmanager
def restoring(folder: Path) -> Iterator[Stage]:
    """A copy is put back while somebody still reads the record, so that its log stays beside it."""
    home = _agency(folder)
    (copy,) = (home / "backup").iterdir()
    shutil.move(copy, home / "copy.sqlite")
    readers: list[sqlite3.Connection] = []

    def dress(home: Path) -> None:
        readers.append(sqlite3.connect(home / "record.sqlite", isolation_level=None))
        readers[-1].execute("BEGIN")
        readers[-1].execute("SELECT * FROM letters").fetchone()

    yield Stage(home, restore, dress=dress)
    for reader in readers:
        reader.close()


@contextmanager
def rebuilding(folder: Path) -> Iterator[Stage]:
    """The console makes a new record from the old one."""
    yield Stage(_agency(folder), rebuild)


@contextmanager
def compiling(folder: Path) -> Iterator[Stage]:
    """The year's report is drafted, for which the register is looked into first."""
    made = Agency(folder / "home")
    made.clock.now = OCTOBER - timedelta(days=1)
    made.work()
    (code,) = made.codes()
    made.replies(cast.SECRETARY, PLAN, code)
    book = Book()
    book.path = made.home / BOOK
    book.adds({**REPORTED, "Nội dung": "Trả hồ sơ chậm"})
    made.post.reply(cast.SECRETARY, made.post.last(cast.SECRETARY, code), DRAFT)
    _closed(made)
    yield Stage(made.home, october_round)


PLACES = {
    "desk.after_look": compiling,
    "rebuild.": rebuilding,
    "imap.": wired,
    "copies.": wired,
    "smtp.": wired,
    "share.": share,
    "pack.before_rename": packing,
    "pack.after_rename": packing,
    "pack.": large_pack,
    "restore.": restoring,
    "migrate.": first_start,
    "place.before_link": first_start,
    "place.after_link": first_start,
    "place.before_move": plain_folder,
    "place.before_swap": plain_folder,
    "place.after_swap": plain_folder,
}
"""By the beginning of its name, the stage on which a point is passed; `agency` for all others."""

STAGES = (
    agency,
    first_start,
    plain_folder,
    wired,
    without_move,
    share,
    packing,
    large_pack,
    restoring,
    rebuilding,
    compiling,
)


def stage_of(point: str) -> Callable[[Path], AbstractContextManager[Stage]]:
    """Give the stage on which a point is passed."""
    return next((stage for begin, stage in PLACES.items() if point.startswith(begin)), agency)
