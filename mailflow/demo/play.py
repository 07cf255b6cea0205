"""Plays a year of the sample agency through the real loop with a moved clock."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import structlog
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from mailflow.actions import objectives
from mailflow.daemon import loop
from mailflow.daemon.jobs import JOBS
from mailflow.demo import cast, story
from mailflow.demo.post import Moved, Post
from mailflow.demo.story import Line, Matter
from mailflow.errors import MailflowError
from mailflow.forms import fill, pdf
from mailflow.forms.view import action_request_view
from mailflow.home import make_home
from mailflow.procedure import labels
from mailflow.procedure.calendar import SATURDAY
from mailflow.procedure.objectives import lines as lines_of
from mailflow.procedure.request import Request
from mailflow.procedure.terms import REQUESTS, REVIEWS
from mailflow.record import Outcome, Work
from mailflow.registers.columns import SHEET, TABLE
from mailflow.settings import FILE, data_root
from mailflow.wiring import Service, form_folders, open_service
from workbook_sync.patch import Append, Plan, patch

MARK = ".mailflow-demo"
BEFORE = datetime.fromisoformat("2023-03-06T07:40:00+07:00")
"""When the earliest of the records was made that are disposed of in the year played."""
YEAR = datetime.fromisoformat("2026-01-01T00:00:00+07:00")
MORNING = timedelta(hours=7, minutes=40)
BUSY, QUIET = timedelta(days=4), timedelta(days=30)
"""How long after a letter every morning is played, and how long Mondays are."""
DISPOSED_OF = "Đã hủy hồ sơ, hết thời hạn lưu"
PAPERS = ("BM.CTCL.02", "Báo cáo", "Kế hoạch MTCL", "Tài liệu", "Thông báo", "HO-SO")
"""How the names of the papers begin that are left to look at."""


@dataclass
class Stage:
    """The agency while it is played: its service, its post, each story's request."""

    service: Service
    post: Post
    clock: Moved
    codes: dict[int, str] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)


def play(folder: Path, console: Console | None = None) -> Stage:
    """Make the sample agency in `folder`, play every story, print what came of them.

    Raises MailflowError when the folder holds something else than an earlier demo, or when a
    letter of the stories came to another end than `done`.
    """
    console = console or Console()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    stage = open_stage(folder)
    scripts = data_root() / "config"
    lines = story.lines(scripts, cast.ROSTER, stage.service.settings.agency.zone)
    try:
        with Progress(console=console) as progress:
            task = progress.add_task("Cơ quan mẫu", total=len(lines))
            for line in lines:
                act(stage, line)
                progress.advance(task)
        _work_at(stage, stage.clock.now, typed=True)
        _print_forms(stage, folder / "forms")
        _leave_papers(stage, folder / "papers")
        _print_outcome(stage, story.titles(scripts), folder, console)
    finally:
        stage.service.close()
    if stage.surprises:
        raise MailflowError("\n".join(stage.surprises))
    return stage


def open_stage(folder: Path) -> Stage:
    """Make the sample agency's home anew and open it for work."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise MailflowError(f"{folder} holds something else; choose another with --folder")
        shutil.rmtree(folder)
    clock = Moved(BEFORE)
    this_year = Moved(YEAR)
    make_home(folder, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, this_year, cast.ROSTER)
    _set_up(folder / FILE)
    (folder / MARK).write_text("made by `mailflow demo`, made anew each time\n", encoding="utf-8")
    service = open_service(folder, clock, with_pdf=False)
    return Stage(service, Post(folder, cast.MAILBOX, clock), clock)


def _set_up(file: Path) -> None:
    """Set what this agency has of its own, where the starting file has an example."""
    text = file.read_text(encoding="utf-8")
    for example, line in cast.SETTINGS.items():
        head, found, rest = text.partition(f"\n# {example} = ")
        if not found:
            raise LookupError(f"{file} has no example of {example}")
        text = f"{head}\n{example} = {line}\n#{rest}"
    file.write_text(text, encoding="utf-8")


def act(stage: Stage, line: Line) -> None:
    """Let the days pass until a line's moment, post its letter, and let the service work."""
    for morning in _mornings(stage.clock.now, line.at):
        _work_at(stage, morning)
    stage.clock.now = line.at
    if line.cells:
        _type_row(stage, line)
    elif line.who is None:
        stage.post.put(line.text.encode())
    else:
        _send(stage, line)
    _work_at(stage, line.at, typed=bool(line.cells))
    if not line.cells:
        _note(stage, line)


def _type_row(stage: Stage, line: Line) -> None:
    """Type a row under the register's table, as its keeper does in Excel, and save."""
    path = Path(str(stage.service.settings.registers[0].path))
    plan = Plan(appends=(Append(SHEET, (dict(line.cells),), table=TABLE),))
    path.write_bytes(patch(path.read_bytes(), plan))
    a_minute_ago = path.stat().st_mtime - 60  # so that nobody waits for it to rest
    os.utime(path, (a_minute_ago, a_minute_ago))


def _mornings(after: datetime, until: datetime) -> Iterator[datetime]:
    """Give the mornings between two letters on which what time sets off is waited for.

    Before the year only those of the letters' own days.
    """
    day = after.replace(hour=0, minute=0)
    while (day := day + timedelta(days=1)) + MORNING <= until:
        waited = QUIET if day.weekday() == 0 else BUSY
        in_year = day >= YEAR and day.weekday() < SATURDAY and day - max(after, YEAR) < waited
        if in_year or day.date() == until.date():
            yield day + MORNING


def _work_at(stage: Stage, moment: datetime, *, typed: bool = False) -> None:
    """Go round once.

    A year has many days: the register is brought into step on Mondays and when somebody typed into
    it, the record is copied on a month's first Monday.
    """
    stage.clock.now = moment
    monday = moment.weekday() == 0
    wanted = {"registers": monday or typed, "backup": monday and moment.day <= 7}
    failures = loop.run_once(stage.service, names=[n for n in JOBS if wanted.get(n, True)])
    stage.surprises += [f"{moment:%d/%m %H:%M} {job}: {why}" for job, why in failures.items()]
    stage.post.fetch()


def _send(stage: Stage, line: Line) -> None:
    if line.who is None:
        return
    files = [(name, f"{name}\n".encode() * 40) for name in line.files]
    text = _with_codes(stage, line)
    if line.new:
        stage.post.write(line.who, line.new, text, files)
        return
    code = _meant(stage, line)
    mail = stage.post.last(line.who, line.to or code)
    said = f"{code}: {text}" if code and f"{code}:" in mail.text else text
    stage.post.reply(line.who, mail, said, files)


def _meant(stage: Stage, line: Line) -> str:
    """Give the code of what a line speaks of, "" for nothing that has one."""
    if line.matter and line.story not in stage.codes:
        with stage.service.open_work(reading=True) as work:
            stage.codes[line.story] = _opened_by_itself(work, line.matter)
    code = stage.codes.get(line.story, "")
    return list(_chain(stage, code))[-1] if line.about else code


def _opened_by_itself(work: Work, matter: Matter) -> str:
    if matter.kind == "objectives":
        found = objectives.of_unit(work, matter.unit, matter.year)
        return (found or _missing(str(matter))).code
    rows = work.requests.rows(kinds=REVIEWS)
    return next(row.code for row in rows if row.year == matter.year)


def _missing(what: str) -> NoReturn:
    raise LookupError(f"there is no {what}")


def _with_codes(stage: Stage, line: Line) -> str:
    """Fill in the codes that a line speaks of: of the stories before it."""
    before = [stage.codes[n] for n in sorted(stage.codes) if n < line.story]
    return line.text.replace("{before}", before[-1] if before else "").replace(
        "{earlier}", ", ".join(before[-3:])
    )


def _request(stage: Stage, code: str) -> Request | None:
    """Load a request; None for one whose records are disposed of."""
    with stage.service.open_work(reading=True) as work:
        return work.requests.load(code)


def _note(stage: Stage, line: Line) -> None:
    """Remember the request a story opened; a letter that went wrong is a surprise."""
    with stage.service.open_work(reading=True) as work:
        letter = work.letters.list(1)[0]
    named = [act["request"] for act in letter.acts if act["request"]]
    if named and line.story not in stage.codes:
        stage.codes[line.story] = named[0]
    expected = {Outcome.DONE} if line.ends == "" else {Outcome(line.ends)}
    if line.who and letter.outcome not in expected:
        said = line.text.splitlines()[0]
        stage.surprises.append(
            f"{line.at:%d/%m %H:%M} {line.who.name}, “{said}”: {letter.outcome} {letter.reason}"
        )


def _print_forms(stage: Stage, folder: Path) -> None:
    """Fill the form of every request as it stands at the end; PDF too where LibreOffice is."""
    folder.mkdir()
    agency = stage.service.settings.agency
    template = fill.find_template(form_folders(stage.service.settings.home))
    with stage.service.open_work(reading=True) as work:
        rows = work.requests.rows(kinds=REQUESTS)
        requests = [r for r in (work.requests.load(row.code) for row in rows) if r]
    forms = {
        f"BM.CTCL.01 {request.code}": fill.fill_document(
            action_request_view(
                request, cast.ROSTER, agency.name, agency.parent or "", agency.zone
            ),
            template,
        )
        for request in requests
    }
    for name, content in forms.items():
        (folder / f"{name}.docx").write_bytes(content)
    if pdf.available():
        with TemporaryDirectory() as workdir:
            printed = pdf.to_pdf(list(forms.values()), Path(workdir))
        for name, content in zip(forms, printed, strict=True):
            (folder / f"{name}.pdf").write_bytes(content)


def _print_outcome(stage: Stage, titles: list[str], folder: Path, console: Console) -> None:
    table = Table(title=cast.AGENCY)
    for heading in ("Chuyện", "Phiếu", "Kết quả"):
        table.add_column(heading, overflow="fold")
    for number, title in enumerate(titles):
        chain = list(_chain(stage, stage.codes.get(number)))
        found = [_request(stage, code) for code in chain]
        states = [labels.STATE[r.state] if r else DISPOSED_OF for r in found]
        table.add_row(title, "\n".join(chain), "\n".join(states))
    console.print(table)
    with stage.service.open_work(reading=True) as work:
        counts = work.counts()
    letters = ", ".join(f"{name} {count}" for name, count in sorted(counts.letters.items()))
    console.print(f"Thư đến: {letters}. Thư đi: {counts.notices.get('sent', 0)}.")
    for name, what in (
        ("mail/in", "thư đến"),
        ("mail/out/new", "thư đi"),
        ("forms", "phiếu BM.CTCL.01 của từng yêu cầu"),
        ("papers", "biên bản, báo cáo, kế hoạch, gói hồ sơ đã gửi kèm thư"),
        ("Sổ theo dõi.xlsx", "sổ theo dõi"),
        ("record.sqlite", "hồ sơ gốc"),
        (FILE, "cài đặt"),
    ):
        console.print(f"  {folder / name}  {what}", soft_wrap=True)


def _chain(stage: Stage, code: str | None) -> Iterator[str]:
    """Give a request's code and that of the one that came of it, as far as they go."""
    while code:
        yield code
        request = _request(stage, code)
        code = _came_of(stage, request) if request else None


def _came_of(stage: Stage, request: Request) -> str | None:
    if request.kind in REQUESTS:
        return request.successor
    found = [m.result for m in request.measures] + [line.code for line in lines_of(request)]
    return next((code for code in found if code and _request(stage, code)), None)


def _leave_papers(stage: Stage, folder: Path) -> None:
    """Leave each paper that went out with a mail, as it was the last time."""
    folder.mkdir()
    carrying = (m for m in stage.post.mails if not m.lists and not m.code.startswith("CTCL"))
    for mail in carrying:
        for name, content in mail.files if b"\nContent-Disposition: attachment" in mail.raw else ():
            if name.startswith(PAPERS):
                (folder / f"{mail.code} {name}".strip()).write_bytes(content)
