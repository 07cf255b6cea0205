"""Prints Word documents and workbooks as PDF with LibreOffice, many in one start."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mailflow.errors import Permanent, Temporary

START_SECONDS, DOCUMENT_SECONDS = 60, 10
"""Time allowed for a start, and for each document on top; usual are 3 and 0.3."""


def available() -> bool:
    """Say whether LibreOffice is installed here."""
    return shutil.which("soffice") is not None


def to_pdf(docs: Sequence[bytes], workdir: Path) -> list[bytes]:
    """Print .docx and .xlsx documents, in their order, in one start of LibreOffice.

    `workdir` keeps LibreOffice's own profile between calls; callers that share one wait for each
    other. Raises Temporary when time runs out, Permanent when LibreOffice is absent or a document
    cannot be printed.
    """
    program = shutil.which("soffice")
    if program is None:
        raise Permanent("LibreOffice (soffice) is not installed here")
    if not docs:
        return []
    try:
        return _converted(program, docs, workdir.resolve())
    except OSError as error:
        raise Temporary(f"no PDF made in {workdir}: {error}") from error


def _converted(program: str, docs: Sequence[bytes], workdir: Path) -> list[bytes]:
    workdir.mkdir(parents=True, exist_ok=True)
    with _alone(workdir), tempfile.TemporaryDirectory(dir=workdir) as folder:
        sources = _written(docs, Path(folder))
        said = _run([program, *_arguments(workdir, folder), *map(str, sources)], len(docs))
        return [_printed(source, said) for source in sources]


@contextmanager
def _alone(workdir: Path) -> Iterator[None]:
    """Hold the profile's lock; whoever holds it has a time limit, so waiting ends."""
    with (workdir / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _written(docs: Sequence[bytes], folder: Path) -> list[Path]:
    endings = (".xlsx" if b"xl/workbook.xml" in data else ".docx" for data in docs)
    paths = [folder / f"{number}{ending}" for number, ending in enumerate(endings)]
    for path, data in zip(paths, docs, strict=True):
        path.write_bytes(data)
    return paths


def _arguments(workdir: Path, folder: str) -> list[str]:
    return [
        f"-env:UserInstallation={(workdir / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        folder,
    ]


def _run(command: Sequence[str], count: int) -> str:
    """Run LibreOffice in a process group of its own, so that no part of it outlives its time."""
    limit = START_SECONDS + DOCUMENT_SECONDS * count
    with subprocess.Popen(  # noqa: S603  # found on PATH, arguments are paths of ours, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired as error:
            raise Temporary(f"LibreOffice took over {limit} s for {count} documents") from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    return said.decode("utf-8", errors="replace")


def _printed(source: Path, said: str) -> bytes:
    path = source.with_suffix(".pdf")
    if not path.is_file():
        raise Permanent(f"LibreOffice could not print {source.name}: {' '.join(said.split())}")
    return path.read_bytes()
