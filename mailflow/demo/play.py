"""Plays the sample agency's stories through the real loop with a moved clock."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from mailflow.daemon import loop
from mailflow.demo import cast, story
from mailflow.demo.post import Moved, Post
from mailflow.demo.story import Line
from mailflow.errors import MailflowError
from mailflow.forms import fill, pdf
from mailflow.forms.view import action_request_view
from mailflow.home import make_home
from mailflow.procedure import labels
from mailflow.procedure.request import Request
from mailflow.procedure.terms import REQUESTS
from mailflow.record import Outcome
from mailflow.registers.columns import SHEET, TABLE
from mailflow.settings import FILE, data_root
from mailflow.wiring import Service, form_folders, open_service
from workbook_sync.patch import Append, Plan, patch

MARK = ".mailflow-demo"
MORNING = timedelta(hours=7, minutes=40)


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
    script = data_root() / "config" / "demo.toml"
    lines = story.lines(script, cast.ROSTER, stage.service.settings.agency.zone)
    try:
        with Progress(console=console) as progress:
            task = progress.add_task("Cơ quan mẫu", total=len(lines))
            for line in lines:
                act(stage, line)
                progress.advance(task)
        _print_forms(stage, folder / "forms")
        _print_outcome(stage, story.titles(script), folder, console)
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
    clock = Moved(datetime.fromisoformat("2026-02-27T07:40:00+07:00"))
    make_home(folder, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
    (folder / MARK).write_text("made by `mailflow demo`, made anew each time\n", encoding="utf-8")
    service = open_service(folder, clock, with_pdf=False)
    return Stage(service, Post(folder, cast.MAILBOX, clock), clock)


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
    _work_at(stage, line.at)
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
    """Every morning of the service between two letters: what time sets off happens then."""
    day = after.replace(hour=0, minute=0)
    while (day := day + timedelta(days=1)) + MORNING <= until:
        yield day + MORNING


def _work_at(stage: Stage, moment: datetime) -> None:
    stage.clock.now = moment
    failures = loop.run_once(stage.service)
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
    code = stage.codes.get(line.story, "")
    if line.about_next:
        code = _request(stage, code).successor or ""
    mail = stage.post.last(line.who, code)
    said = f"{code}: {text}" if code and f"{code}:" in mail.text else text
    stage.post.reply(line.who, mail, said, files)


def _with_codes(stage: Stage, line: Line) -> str:
    """Fill in the codes that a line speaks of: of the stories before it."""
    before = [stage.codes[n] for n in sorted(stage.codes) if n < line.story]
    return line.text.replace("{before}", before[-1] if before else "").replace(
        "{earlier}", ", ".join(before[-3:])
    )


def _request(stage: Stage, code: str) -> Request:
    with stage.service.open_work(reading=True) as work:
        request = work.requests.load(code)
    if request is None:
        raise LookupError(f"there is no request {code!r}")
    return request


def _note(stage: Stage, line: Line) -> None:
    """Remember the request a story opened; a letter that went wrong is a surprise."""
    with stage.service.open_work(reading=True) as work:
        letter = work.letters.list(1)[0]
    opened = next((act["request"] for act in letter.acts if act["request"]), None)
    if opened and line.story not in stage.codes:
        stage.codes[line.story] = opened
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
        states = [labels.STATE[_request(stage, code).state] for code in chain]
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
        ("Sổ theo dõi.xlsx", "sổ theo dõi"),
        ("record.sqlite", "hồ sơ gốc"),
        (FILE, "cài đặt"),
    ):
        console.print(f"  {folder / name}  {what}", soft_wrap=True)


def _chain(stage: Stage, code: str | None) -> Iterator[str]:
    while code:
        yield code
        code = _request(stage, code).successor
