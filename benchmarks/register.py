"""Measures a register of 50,000 rows and 20 columns beside openpyxl: patching, reading, in step.

`python -m benchmarks.register [--rows N]`; every figure is of a process of its own: processor
seconds of the work alone, and the most memory it ever held, its interpreter included.
"""

import json
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks import bigbook

CHANGES = 20


@dataclass(frozen=True)
class Spent:
    """What one piece of work took: processor seconds, seconds on the clock, MB at the most."""

    seconds: float
    clock: float
    megabytes: float


@dataclass(frozen=True)
class Job:
    """The workbook that is measured."""

    file: Path
    rows: int


def main(arguments: Sequence[str]) -> int:
    """Measure everything; the exit code is 1 when a target is missed."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--one", choices=WORKS, help="this piece of work alone, as JSON")
    parser.add_argument("--file", type=Path, default=Path())
    wanted = parser.parse_args(arguments)
    if wanted.one:
        _say(json.dumps(_measured(WORKS[wanted.one](Job(wanted.file, wanted.rows)))))
        return 0
    with TemporaryDirectory(prefix="bench-register-") as folder:
        return _all(Job(Path(folder) / "so.xlsx", wanted.rows))


def _all(job: Job) -> int:
    from benchmarks import instep

    bigbook.make(job.file, job.rows)
    instep.prepare(job.file)
    size = job.file.stat().st_size / 1e6
    _say(f"{job.rows} rows, {len(bigbook.HEADERS)} columns, {size:.1f} MB")
    spent = {name: _alone(name, job) for name in WORKS}
    for name, one in spent.items():
        _say(f"  {name:18} {one.seconds:6.2f} s ({one.clock:.2f})  {one.megabytes:5.0f} MB")
    missed = [target for target in _targets(spent) if not _judged(*target)]
    return 1 if missed else 0


def _targets(spent: dict[str, Spent]) -> list[tuple[str, float, str, float]]:
    """Each target: what, how much it is, whether it is to be above or below, of what."""
    theirs, ours = spent["openpyxl save"], spent["patch and proof"]
    saved = theirs.seconds
    reading, read = spent["openpyxl read_only"], spent["read"]
    return [
        ("patch, times faster", saved / spent["patch"].seconds, "above", 12),
        ("patch and proof, times faster", saved / ours.seconds, "above", 8),
        ("patch and proof, share of memory", ours.megabytes / theirs.megabytes, "below", 0.6),
        ("read, share of read_only's time", read.seconds / reading.seconds, "below", 0.6),
        ("read, MB", read.megabytes, "below", 80),
        ("full sync, seconds", spent["full sync"].seconds, "below", 10),
    ]


def _judged(what: str, figure: float, side: str, bound: float) -> bool:
    met = figure >= bound if side == "above" else figure <= bound
    _say(f"  {'pass' if met else 'MISS'}  {what}: {figure:.2f} ({side} {bound:g})")
    return met


# --- one piece of work, in a process of its own --------------------------------------------------


def _alone(name: str, job: Job) -> Spent:
    options = ["--one", name, "--file", str(job.file), "--rows", str(job.rows)]
    command = [sys.executable, "-m", "benchmarks.register", *options]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    return Spent(**json.loads(run.stdout))


def _measured(work: Callable[[], None]) -> dict[str, float]:
    """Do the work on the clock; what it needs is imported by now."""
    start, clock = process_time(), perf_counter()
    work()
    spent, clock = process_time() - start, perf_counter() - clock
    return {"seconds": spent, "clock": clock, "megabytes": _most_memory()}


def _most_memory() -> float:
    """The peak of this program alone; getrusage would begin with that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _plan(job: Job) -> dict[tuple[str, str], str]:
    """Twenty cells to change, spread over the whole list."""
    apart = job.rows // CHANGES
    return {(bigbook.SHEET, f"F{2 + number * apart}"): "đã sửa" for number in range(CHANGES)}


def _patch(job: Job) -> Callable[[], None]:
    from workbook_sync.parts import open_book
    from workbook_sync.patch import Plan, carried_out

    plan = Plan(_plan(job))
    return lambda: _written(job, carried_out(open_book(job.file), plan).data)


def _patch_and_proof(job: Job) -> Callable[[], None]:
    from workbook_sync.patch import Plan, patch

    plan = Plan(_plan(job))
    return lambda: _written(job, patch(job.file, plan))


def _written(job: Job, data: bytes) -> None:
    job.file.with_suffix(".new.xlsx").write_bytes(data)


def _openpyxl_save(job: Job) -> Callable[[], None]:
    from openpyxl import load_workbook

    def work() -> None:
        workbook = load_workbook(job.file)
        for (sheet, cell), value in _plan(job).items():
            workbook[sheet][cell] = value
        workbook.save(job.file.with_suffix(".new.xlsx"))

    return work


def _read(job: Job) -> Callable[[], None]:
    from workbook_sync.parts import open_book
    from workbook_sync.read import SheetNotes, shared_strings, stream_rows

    def work() -> None:
        book = open_book(job.file)
        strings = shared_strings(book)
        for sheet in book.sheets:
            for row in stream_rows(book, sheet, strings, SheetNotes()):
                [cell.value for cell in row.cells]

    return work


def _openpyxl_read(job: Job) -> Callable[[], None]:
    from openpyxl import load_workbook

    def work() -> None:
        workbook = load_workbook(job.file, read_only=True)
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                [cell.value for cell in row]

    return work


def _full_sync(job: Job) -> Callable[[], None]:
    from benchmarks import instep

    return lambda: instep.sync(job.file)


WORKS: dict[str, Callable[[Job], Callable[[], None]]] = {
    "patch": _patch,
    "patch and proof": _patch_and_proof,
    "openpyxl save": _openpyxl_save,
    "read": _read,
    "openpyxl read_only": _openpyxl_read,
    "full sync": _full_sync,
}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
