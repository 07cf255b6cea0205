"""`mailflow record verify|backup|restore|rebuild|pack|disposals`: the record and its copies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows, when
from mailflow.clock import system_clock, to_text
from mailflow.errors import MailflowError
from mailflow.procedure import labels, numbering

if TYPE_CHECKING:  # the record is slow to import, `health` in the same console must stay light
    from mailflow.record import Disposal, Rebuilt

app = typer.Typer(help="The master record.", no_args_is_help=True)
AFTER = """The record is that of the copy; as it was before it is kept in
  {aside}
What to do now:
1. mailflow record verify
2. Move the letters that came since the copy was made from the folder "{done}" back into
   "{inbox}" (all of them may be moved: a letter that the record knows has no second effect).
3. Start the service. Replies to mails sent since then carry marks this record does not know:
   their senders are asked to confirm with one word.
"""
REBUILT = """The record itself was not touched; the new one is
  {new}
What to do now:
1. Look at what is listed here.
2. mailflow record restore {new}
   The record as it was is kept beside it. No letter needs to be moved back.
"""


@app.command()
def verify(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Verify the record: hash chain, replayed states, orphans, mails; exit code 1 on any fault.

    Mails that still wait to be sent are counted; that alone is no fault.
    """
    from mailflow.upkeep import unsent_notices, verify_record

    faults = verify_record(context.obj)
    unsent, since = unsent_notices(context.obj)
    if as_json:
        say_json({"faults": faults, "unsent": unsent, "unsent_since": since and to_text(since)})
    else:
        typer.echo("\n".join(faults) or "the record is whole")
        if since:
            typer.echo(f"mails not sent yet: {unsent}, the first due since {to_text(since)}")
    raise typer.Exit(1 if faults else 0)


@app.command()
def backup(context: typer.Context) -> None:
    """Copy the record now, also while the service works; prints where the copy lies."""
    from mailflow.upkeep import back_up_record

    typer.echo(back_up_record(context.obj, system_clock))


@app.command()
def restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="A copy made by `backup` or by the service.")],
) -> None:
    """Put a copy in the record's place; the service must be stopped. Nothing is deleted."""
    from mailflow import settings
    from mailflow.daemon import lock
    from mailflow.upkeep import restore_record

    home: Path = context.obj
    mail = settings.load(home).mail
    with lock.only_one(home):
        aside = restore_record(home, copy, system_clock)
    typer.echo(AFTER.format(aside=aside, done=mail.done_folder, inbox=mail.inbox), nl=False)


@app.command()
def rebuild(
    context: typer.Context,
    new: Annotated[Path, typer.Argument(help="The file to make; the record stays as it is.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make a new record from what can be read of the record; the service must be stopped.

    Exit code 1 when something could not be had whole: it is listed.
    """
    from mailflow.daemon import lock
    from mailflow.upkeep import rebuild_record

    home: Path = context.obj
    with lock.only_one(home):
        made = rebuild_record(home, new, system_clock)
    if as_json:
        say_json(vars(made))
    else:
        _say_rebuilt(made, new)
    raise typer.Exit(0 if made.whole else 1)


def _say_rebuilt(made: "Rebuilt", new: Path) -> None:
    rows = [{"table": name, "old": a, "new": b} for name, (a, b) in made.rows.items()]
    say_rows(rows, {"table": "table", "old": "rows found", "new": "rows in the new record"})
    for heading, lines in (
        ("Set right by the journal:", made.righted),
        ("Not had whole:", made.lost),
        ("What `record verify` will go on telling:", made.faults),
    ):
        if lines:
            typer.echo("\n".join([heading, *(f"  {line}" for line in lines)]))
    typer.echo(REBUILT.format(new=new), nl=False)


@app.command()
def pack(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(help="A code (of a request or a review), or a year: all of it.")
    ],
    out: Annotated[
        Path | None, typer.Argument(help="The zip to write; else one named after it, here.")
    ] = None,
) -> None:
    """Write the evidence pack of a request, a review or a year: every mail, form, edit and entry.

    Checked without Mailflow: unpack it, then `sha256sum -c MANIFEST.sha256`.
    """
    from mailflow.actions import packing
    from mailflow.evidence.pack import codes_of_year, write_pack
    from mailflow.wiring import open_reading

    house, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        if what.isdecimal():
            codes = codes_of_year(work, int(what))
        else:
            codes = (_code(what, house.settings.agency.code_prefix),)
        target = out or Path(f"HO-SO-{what.upper()}.zip")
        write_pack(work, house, codes, packing.title(codes, what), target)
    typer.echo(f"{target}: {len(codes)}")


def _code(typed: str, prefix: str) -> str:
    found = numbering.parse(typed, *numbering.prefixes(prefix))
    if found is None or not found.valid:
        nearest = f"; is it {found.right}?" if found else ""
        raise MailflowError(f"{typed!r} is neither a code nor a year{nearest}")
    return found.right


@app.command()
def disposals(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List what was disposed of (VII): who decided it, when, by which letter."""
    from mailflow.wiring import open_reading

    house, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        found = [_shown(disposal) for disposal in work.disposals.everything()]
    if as_json:
        say_json(found)
        return
    zone = house.settings.agency.zone
    rows = [
        {
            **line,
            "kind": labels.KIND[line["kind"]],
            "state": labels.STATE[line["state"]],
            "opened_at": when(line["opened_at"], zone),
            "closed_at": when(line["closed_at"], zone),
            "decided_at": when(line["decided_at"], zone),
            "by": house.roster.name_of(line["by"]),
            "done_at": when(line["done_at"], zone) or "đang chờ",
        }
        for line in found
    ]
    say_rows(rows, HEADINGS)


HEADINGS = {
    "code": "Mã",
    "number": "Số",
    "kind": "Loại",
    "unit": "Đơn vị",
    "state": "Kết thúc ở",
    "opened_at": "Mở",
    "closed_at": "Kết thúc",
    "by": "Người quyết định",
    "decided_at": "Quyết định lúc",
    "letter": "Theo thư số",
    "done_at": "Hủy lúc",
}


def _shown(disposal: "Disposal") -> dict[str, Any]:
    return {
        **disposal.listed,
        "by": disposal.by,
        "decided_at": to_text(disposal.decided_at),
        "letter": disposal.via.id,
        "done_at": to_text(disposal.at) if disposal.at else None,
    }
