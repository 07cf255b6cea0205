"""Draws everything people see: python -m tests.gallery [FOLDER]; then open its index.html.

Each mail at 1280 and 375 pixels and dark, each document page by page, from the fixed samples that
the tests hold as goldens. A picture that cannot be made is an error.
"""

import html
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mailflow.demo import cast as cast_of_demo
from mailflow.forms import pdf
from mailflow.forms.documents import TEMPLATES, sample
from mailflow.forms.fill import fill_document
from mailflow.forms.fillable import MOST_PAGES, fill_pages
from mailflow.outbox.page import render_page
from mailflow.outbox.specimen import OTHER_KINDS
from mailflow.outbox.templates import open_templates
from mailflow.procedure.steps import STEPS
from mailflow.settings.data import data_root
from tests.browser import browser
from tests.forms.filling import every_page, marked_page
from tests.outbox.build import TOKEN
from tests.outbox.samples import samples

LOOKS = {"1280": (1280, False), "375": (375, False), "dark": (600, True)}
"""By name: the window's width in pixels, and whether it is dark."""


def draw(folder: Path) -> list[str]:
    """Draw all pictures into a folder, made anew; gives their names."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    drawn = {**_mails(folder), **_documents(folder)}
    _index(folder, drawn)
    return [name for names in drawn.values() for name in names]


def program(name: str) -> str:
    """Find a program that draws, or end with where its package is named."""
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed here: .ci/run names the packages")
    return found


def _mails(folder: Path) -> dict[str, list[str]]:
    templates = open_templates([data_root() / "templates" / "mail"])
    drawn: dict[str, list[str]] = {}
    with browser(program("chromium")) as page:
        for name, context in samples().items():
            about = context["request"]
            form = about is not None and about["code"].startswith("CTCL-")
            files = ["BM.CTCL.01 CTCL-2026-0007-K.docx"] if form else []
            mail = render_page(context, templates, TOKEN if context["asks"] else "", files)
            for look, (width, dark) in LOOKS.items():
                picture = folder / f"mail-{name}-{look}.png"
                picture.write_bytes(page.picture(mail.html, width, dark=dark))
                drawn.setdefault(f"mail {name}", []).append(picture.name)
    return drawn


def _documents(folder: Path) -> dict[str, list[str]]:
    templates = data_root() / "templates" / "forms"
    documents = {name: fill_document(sample(name), templates / name) for name in TEMPLATES}
    for name, document in documents.items():
        (folder / name).write_bytes(document)
    printed = pdf.to_pdf(list(documents.values()), folder / "office")
    shutil.rmtree(folder / "office")
    papers = {
        name: _pages(folder / f"{name.removesuffix('.docx')}.pdf", data)
        for name, data in zip(documents, printed, strict=True)
    }
    return papers | _to_fill_in(folder)


def _to_fill_in(folder: Path) -> dict[str, list[str]]:
    """Draw the forms to be filled in, as workbooks and as documents, and one that came back."""
    pages = [marked_page(), *every_page()]
    drawn: dict[str, list[str]] = {}
    for start in range(0, len(pages), MOST_PAGES):
        for name, data in fill_pages(pages[start : start + MOST_PAGES], cast_of_demo.ROSTER):
            shown = f"Phiếu điền {start // MOST_PAGES + 1}{Path(name).suffix}"
            drawn[shown] = workbook(folder / shown, data)
    return drawn


def workbook(path: Path, data: bytes, how: Sequence[str] = ("-r", "80")) -> list[str]:
    """Print a workbook, or a document, as its own program does; `how` is pdftoppm's."""
    path.write_bytes(data)
    with TemporaryDirectory() as profile:
        command = [program("soffice"), f"-env:UserInstallation={Path(profile).as_uri()}"]
        command += ["--headless", "--convert-to", "pdf", "--outdir", profile, str(path)]
        subprocess.run(command, check=True, capture_output=True)
        printed = (Path(profile) / path.with_suffix(".pdf").name).read_bytes()
    return _pages(path.with_name(f"{path.name}.pdf"), printed, how)


def _pages(path: Path, data: bytes, how: Sequence[str] = ("-r", "80")) -> list[str]:
    path.write_bytes(data)
    start = path.with_suffix("")
    command = [program("pdftoppm"), "-png", *how, str(path), f"{start}-page"]
    subprocess.run(command, check=True)
    return sorted(picture.name for picture in path.parent.glob(f"{start.name}-page*.png"))


def _index(folder: Path, drawn: Mapping[str, list[str]]) -> None:
    parts = [
        f"<h2>{html.escape(t)}</h2>{''.join(map(_shown, names))}" for t, names in drawn.items()
    ]
    style = "body{font-family:sans-serif;background:#ccc}img{vertical-align:top;margin:8px;"
    style += "max-width:48%;border:1px solid #888}"
    head = f"<!DOCTYPE html><meta charset=utf-8><title>Mailflow</title><style>{style}</style>"
    (folder / "index.html").write_text(head + "\n".join(parts), encoding="utf-8")


def _shown(name: str) -> str:
    return f'<img loading=lazy src="{html.escape(name)}" title="{html.escape(name)}">'


def undrawn() -> set[str]:
    """Name the kinds of mail that no sample shows."""
    kinds = {step.act.value for step in STEPS} | set(OTHER_KINDS)
    return kinds - {context["kind"] for context in samples().values()}


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "gallery").resolve()
    count = len(draw(target))
    sys.stdout.write(f"{count} pictures: {target / 'index.html'}\n")
