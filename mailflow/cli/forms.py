"""`mailflow forms check|preview`: the templates in use, their faults and their looks."""

from pathlib import Path
from typing import Annotated

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows

SHOWN = {"template": "Template", "file": "File in use", "standing": "Standing", "say": "Fault"}

app = typer.Typer(
    help="The Word and Excel templates: an agency's own before ours.", no_args_is_help=True
)


@app.command()
def check(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Say all faults of every template in use; exit code 2 on any."""
    rows = _rows(context.obj)
    if as_json:
        say_json(rows)
    else:
        say_rows(rows, SHOWN)
    raise typer.Exit(2 if any(row["standing"] == "fault" for row in rows) else 0)


def _rows(home: Path) -> list[dict[str, str]]:
    from mailflow.forms import fill
    from mailflow.forms.documents import TEMPLATES
    from mailflow.wiring import form_folders

    folders = form_folders(home)
    rows = [_row("", "", fault) for fault in fill.strangers(folders)]
    for name in TEMPLATES:
        used = fill.find_template(folders, name)
        rows += [_row(name, str(used), fault) for fault in fill.faults_of(folders, name) or [""]]
    return rows


def _row(name: str, used: str, fault: str) -> dict[str, str]:
    standing = "fault" if fault else "well"
    return {"template": name, "file": used, "standing": standing, "say": fault}


@app.command()
def preview(
    context: typer.Context,
    template: Annotated[
        str, typer.Argument(help="The template's file name, e.g. BM.CTCL.01.docx; all if left out.")
    ] = "",
    *,
    into: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("preview"),
) -> None:
    """Fill the templates in use with sample data; Word's are printed as PDF too, by LibreOffice."""
    from mailflow.errors import MailflowError
    from mailflow.forms.documents import TEMPLATES

    chosen = [name for name in TEMPLATES if template in (name, Path(name).stem, "")]
    if not chosen:
        raise MailflowError(f"no template {template}; there are {', '.join(TEMPLATES)}")
    try:
        for path in _previewed(context.obj, chosen, into):
            typer.echo(path)
    except OSError as error:
        raise MailflowError(f"{error.filename}: {error.strerror}") from error


def _previewed(home: Path, chosen: list[str], into: Path) -> list[Path]:
    from mailflow.forms import fill
    from mailflow.forms.documents import sample
    from mailflow.wiring import form_folders

    folders = form_folders(home)
    filled = [fill.fill_document(sample(n), fill.find_template(folders, n)) for n in chosen]
    into.mkdir(parents=True, exist_ok=True)
    written = {into / name: document for name, document in zip(chosen, filled, strict=True)}
    written |= {(into / n).with_suffix(".pdf"): p for n, p in _printed(chosen, filled).items()}
    for path, data in written.items():
        path.write_bytes(data)
    return list(written)


def _printed(chosen: list[str], filled: list[bytes]) -> dict[str, bytes]:
    """Print the Word documents as PDF, none where LibreOffice is absent, and say so."""
    from tempfile import TemporaryDirectory

    from mailflow.forms import pdf
    from mailflow.forms.documents import DOCUMENTS

    if not pdf.available():
        typer.echo("LibreOffice is not installed: no PDF", err=True)
        return {}
    with TemporaryDirectory(prefix="mailflow-") as folder:
        papers = {n: paper for n, paper in zip(chosen, filled, strict=True) if n in DOCUMENTS}
        return dict(zip(papers, pdf.to_pdf(list(papers.values()), Path(folder)), strict=True))
