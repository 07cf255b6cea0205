"""Milliseconds for each kind of document, and for its PDF in a batch: python -m benchmarks.forms.

Each document is filled a hundred times from its sample, and once checked as at start; then one of
each kind, as many times as asked, is printed in one start of LibreOffice.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from mailflow.demo.cast import ROSTER
from mailflow.forms import blank_paper, blank_sheet, fill, filled, pdf
from mailflow.forms.boxes import PageView
from mailflow.forms.documents import TEMPLATES, sample
from mailflow.procedure.terms import Act, State
from mailflow.settings.data import data_root

FOLDER = data_root() / "templates" / "forms"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _milliseconds(work: Callable[[], object], times: int) -> float:
    """Give the mean of some calls after one that warms up."""
    work()
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) * 1000 / times


def _jobs() -> dict[str, Callable[[], bytes]]:
    def filling(name: str) -> Callable[[], bytes]:
        view = sample(name)
        return lambda: fill.fill_document(view, FOLDER / name)

    return {
        **{name: filling(name) for name in TEMPLATES},
        "to fill in, .xlsx": lambda: blank_sheet.workbook([PAGE], ROSTER),
        "to fill in, .docx": lambda: blank_paper.document([PAGE], ROSTER),
    }


PAGE = PageView(
    code="CTCL-2026-0007-K",
    title="Lấy số thứ tự qua tin nhắn",
    unit="Bộ phận Một cửa",
    due="05/3/2026",
    act=Act.PROPOSE_SOLUTION.value,
    answers=[""],
    state=State.ASSIGNED.value,
    entries=3,
    about=[],
    values={},
    faults={},
)
"""The longest page: with a table of work."""


def main() -> int:
    """Measure, and print one line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="of each document")
    times: int = parser.parse_args().times
    for name, make in _jobs().items():
        _say(f"{name:18} {_milliseconds(make, times):7.1f} ms, {len(make()) / 1000:6.1f} kB")
    sheet, paper = blank_sheet.workbook([PAGE], ROSTER), blank_paper.document([PAGE], ROSTER)
    for ending, filled_in in (("xlsx", sheet), ("docx", paper)):
        read = _milliseconds(partial(filled.read, filled_in), times)
        _say(f"read back, .{ending:6} {read:7.1f} ms")
    start = time.perf_counter()
    faults = fill.template_faults([FOLDER])
    _say(f"check at start     {(time.perf_counter() - start) * 1000:7.1f} ms, {len(faults)} faults")
    _print_batches(times)
    return 0


def _print_batches(times: int) -> None:
    if not pdf.available():
        _say("LibreOffice is not installed: no PDF measured")
        return
    documents = [fill.fill_document(sample(name), FOLDER / name) for name in TEMPLATES]
    many = (documents * (times // len(documents) + 1))[:times]
    with TemporaryDirectory(prefix="bench-forms-") as folder:
        pdf.to_pdf(documents[:1], Path(folder))  # its profile is made the first time
        for batch in (documents[:1], documents, many):
            start = time.perf_counter()
            pdf.to_pdf(batch, Path(folder))
            each = (time.perf_counter() - start) * 1000 / len(batch)
            _say(f"PDF, {len(batch):3} in a batch {each:7.1f} ms each")


if __name__ == "__main__":
    raise SystemExit(main())
