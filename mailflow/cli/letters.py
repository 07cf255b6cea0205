"""`mailflow letter list|show|retry`: letters as they came and what became of them."""

import sys
from typing import Annotated, Any

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows
from mailflow.clock import system_clock, to_text
from mailflow.errors import MailflowError
from mailflow.record import Letter, Outcome
from mailflow.wiring import open_reading, open_service

app = typer.Typer(help="Letters that came in.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The letter's id, from `letter list`.")]


@app.command("list")
def list_(
    context: typer.Context,
    *,
    outcome: Annotated[
        Outcome | None, typer.Option(help="Only letters that ended in this way.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 200,
    as_json: AsJson = False,
) -> None:
    """List letters, the newest first."""
    _, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        rows = [shown(letter) for letter in work.letters.list(limit, outcome)]
    if as_json:
        say_json(rows)
        return
    say_rows(
        rows,
        {
            "id": "Số",
            "received_at": "Nhận lúc",
            "from": "Từ",
            "subject": "Tiêu đề",
            "outcome": "Kết quả",
            "request": "Phiếu",
            "reason": "Lý do",
        },
    )


@app.command()
def show(
    context: typer.Context,
    letter_id: Id,
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Print the letter's own bytes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one letter."""
    _, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        letter = shown(work.letters.get(letter_id))
        body = work.letters.raw(letter_id)
    if raw:
        sys.stdout.buffer.write(body)
    elif as_json:
        say_json(letter)
    else:
        for name, value in letter.items():
            typer.echo(f"{name}: {value}")


@app.command()
def retry(context: typer.Context, letter_id: Id) -> None:
    """Work off once more a letter that was set aside or held."""
    from mailflow.intake import desk  # the desk is slow to import, the readers do not need it

    service = open_service(context.obj, system_clock)
    try:
        with service.open_work() as work:
            found = work.letters.get(letter_id)
            if found.outcome not in (Outcome.SET_ASIDE, Outcome.HELD):
                raise MailflowError(f"letter {letter_id} is {found.outcome}; nothing to retry")
            work.letters.reopen(letter_id)
            work.keep()
        outcome = desk.work_off(service.desk, letter_id, system_clock())
    finally:
        service.close()
    typer.echo(f"letter {letter_id}: {outcome}")


def shown(letter: Letter) -> dict[str, Any]:
    """Give a letter as the console contract names it."""
    return {
        "id": letter.id,
        "received_at": to_text(letter.received_at),
        "from": letter.from_address,
        "subject": letter.subject,
        "outcome": letter.outcome.value if letter.outcome else None,
        "request": letter.request,
        "reason": letter.reason,
        "acts": [dict(act) for act in letter.acts],
    }
