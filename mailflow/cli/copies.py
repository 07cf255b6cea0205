"""`mailflow record backup|restore`: copies of the record, made and put back."""

from pathlib import Path
from typing import Annotated

import typer

from mailflow.clock import system_clock

AFTER = """The record is that of the copy; as it was before it is kept in
  {aside}
What to do now:
1. mailflow record verify
2. Move the letters that came since the copy was made from the folder "{done}" back into
   "{inbox}" (all of them may be moved: a letter that the record knows has no second effect).
3. Start the service. Replies to mails sent since then carry marks this record does not know:
   their senders are asked to confirm with one word.
"""


def backup(context: typer.Context) -> None:
    """Copy the record now, also while the service works; prints where the copy lies."""
    from mailflow.wiring import back_up_record

    typer.echo(back_up_record(context.obj, system_clock))


def restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="A copy made by `backup` or by the service.")],
) -> None:
    """Put a copy in the record's place; the service must be stopped. Nothing is deleted."""
    from mailflow import settings
    from mailflow.daemon import lock
    from mailflow.wiring import restore_record

    home: Path = context.obj
    mail = settings.load(home).mail
    with lock.only_one(home):
        aside = restore_record(home, copy, system_clock)
    typer.echo(AFTER.format(aside=aside, done=mail.done_folder, inbox=mail.inbox), nl=False)
