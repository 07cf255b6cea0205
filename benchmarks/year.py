"""Measures what a year's papers and registers take as an agency's requests grow tenfold.

`python -m benchmarks.year [--counts 1000 10000 100000]`; every figure is of a process of its own:
processor seconds (LibreOffice's for the sheet `Tổng hợp`), and the most memory it ever held, its
interpreter included. The exit code is 1 where something grows faster than the number of requests.
"""

import json
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from shutil import which
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import structlog
from openpyxl import load_workbook

from benchmarks import yearbook
from mailflow.actions import notices
from mailflow.actions.execute import execute
from mailflow.actions.seen import Seen
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.procedure.request import Command, Json
from mailflow.procedure.terms import Act, Kind
from mailflow.registers import consolidated, sync
from mailflow.wiring import Service, open_service

SLACK = 1.15
"""How much more than the number of requests time and memory may grow."""

OBJECTIVES = [
    {"objective": f"Trả kết quả đúng hạn, lĩnh vực {n}", "target": "từ 98% trở lên"}
    for n in range(1, 6)
]


@dataclass(frozen=True)
class Spent:
    """What one piece of work took: processor seconds, MB at the most; a `word` on what came."""

    seconds: float
    megabytes: float
    word: str = ""


def main(arguments: Sequence[str]) -> int:
    """Measure every size; the exit code is 1 when something grows too fast."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--one", choices=WORKS, help="this piece of work alone, as JSON")
    parser.add_argument("--home", type=Path, default=Path())
    wanted = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    if wanted.one:
        _say(json.dumps(vars(_measured(WORKS[wanted.one], wanted.home))))
        return 0
    found: list[tuple[int, dict[str, Spent]]] = []
    for count in wanted.counts:
        with TemporaryDirectory(prefix="bench-year-") as folder:
            found.append((count, _of_size(Path(folder) / "home", count)))
    grown = [_grown(*pair) for pair in pairwise(found)]
    return 0 if all(grown) else 1


def _of_size(home: Path, count: int) -> dict[str, Spent]:
    started = perf_counter()
    yearbook.make(home, count)
    _say(f"{count} requests, made in {perf_counter() - started:.0f} s")
    found = {}
    for name in WORKS:
        found[name] = _alone(name, home)
        took, peak, word = vars(found[name]).values()
        _say(f"  {name:34} {took:7.2f} s  {peak:6.0f} MB  {word}")
    return found


def _grown(less: tuple[int, dict[str, Spent]], more: tuple[int, dict[str, Spent]]) -> bool:
    """Say by how much everything has grown from one size to the next; False: some too much."""
    bound = more[0] / less[0] * SLACK
    _say(f"{less[0]} to {more[0]} requests, {bound:.1f} times at most")
    good = True
    for name in WORKS:
        few, many = less[1][name], more[1][name]
        if few.word.isalpha() and few.word != many.word:
            _say(f"  ----  {name:34} {few.word}, then {many.word}: too large to be read again")
            continue
        times, space = many.seconds / few.seconds, many.megabytes / few.megabytes
        met = max(times, space) <= bound
        good = good and met
        said = f"{times:5.1f} times as long, {space:4.1f} times the memory"
        _say(f"  {'pass' if met else 'MISS'}  {name:34} {said}")
    return good


# --- one piece of work, in a process of its own ------------------------------------------------


def _alone(name: str, home: Path) -> Spent:
    command = [sys.executable, "-m", "benchmarks.year", "--one", name, "--home", str(home)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    return Spent(**json.loads(run.stdout))


def _measured(work: Callable[[Service], str], home: Path) -> Spent:
    service = open_service(home, Moved(yearbook.NOW), with_pdf=False)
    try:
        start = process_time()
        word = work(service)
        spent, theirs = process_time() - start, getrusage(RUSAGE_CHILDREN)
        peak = max(_most_memory(), theirs.ru_maxrss / 1024)
        return Spent(spent + theirs.ru_utime + theirs.ru_stime, peak, word)
    finally:
        service.close()


def _most_memory() -> float:
    """The peak of this program alone; getrusage would begin with that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _report(service: Service) -> str:
    return _compiled(service, Kind.REVIEW_REPORT, Act.DRAFT_REPORT, {"overview": "Duy trì tốt."})


def _plan(service: Service) -> str:
    lines: list[dict[str, Json]] = [{"no": n, **line} for n, line in enumerate(OBJECTIVES, start=1)]
    return _compiled(service, Kind.OBJECTIVES, Act.SUBMIT_PLAN, {"objectives": lines})


def _compiled(service: Service, kind: Kind, act: Act, fields: dict[str, Json]) -> str:
    """Do an act that compiles a paper, write its mails, and fill the papers they carry."""
    world = service.house.world(yearbook.NOW)
    seen = Seen("", (), partial(consolidated.counted, service.house, world))
    house = replace(service.house, seen=seen)
    with service.open_work() as work:
        (row,) = work.requests.rows(kinds=[kind])
        command = Command(act, "", row.code, fields, cast.SECRETARY.id, yearbook.VIA, "token")
        results = execute(work, house, command, world)
        if results[0].outcome != "done":
            raise ValueError(f"{act}: {results[0].problem}")
        notices.tell(work, house, results, world)
        attached = [a for n in work.notices.list(20) for a in n.context["attachments"]]
        papers = [a for a in attached if a.get("form") in ("review_report", "objective_plan")]
        if not papers or not all(map(service.filler, papers)):
            raise ValueError(f"{act}: no paper")
    return ""


def _consolidated(service: Service) -> str:
    return _round(service, 0)


def _unchanged(service: Service) -> str:
    """Do a round of a register that is as it was, and say what the next one takes as well."""
    register, now = service.settings.registers[0], service.clock()
    report = sync.sync(service.open_work, service.house, register, now)
    start = process_time()
    again = sync.sync(service.open_work, service.house, register, now, report)
    if again is not report:
        return again.outcome
    return f"{again.outcome}, the next {process_time() - start:.2f} s"


def _of_unit(service: Service) -> str:
    return _round(service, 1)


def _round(service: Service, number: int) -> str:
    """Do a round; a register too large to be read again is told to its keeper, and left alone."""
    register = service.settings.registers[number]
    report = sync.sync(service.open_work, service.house, register, service.clock())
    return report.outcome


def _summary(service: Service) -> str:
    """Have LibreOffice reckon the sheet `Tổng hợp`; says how many requests it counted."""
    program = which("soffice")
    if program is None:
        return "no LibreOffice"
    register = Path(str(service.settings.registers[0].path))
    with TemporaryDirectory(prefix="bench-year-office-") as folder:
        home = f"-env:UserInstallation=file://{folder}/profile"
        options = ["--headless", home, "--convert-to", "xlsx", "--outdir", folder, str(register)]
        subprocess.run([program, *options], check=True, capture_output=True)  # noqa: S603 - found above
        book = load_workbook(Path(folder) / register.name, read_only=True, data_only=True)
        rows = book["Tổng hợp"].iter_rows(max_row=10, values_only=True)
        return str(next(row[3] for row in rows if row[0] == "Số phiếu đã lập"))


WORKS: dict[str, Callable[[Service], str]] = {
    "consolidated register, new": _consolidated,
    "consolidated register, unchanged": _unchanged,
    "a unit's register, new": _of_unit,
    "review report": _report,
    "objectives plan": _plan,
    "sheet Tổng hợp, reckoned": _summary,
}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
