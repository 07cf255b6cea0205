"""`mailflow status|health|procedure`: readers that change nothing."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows
from mailflow.clock import system_clock, to_text
from mailflow.daemon import health as health_file
from mailflow.procedure import labels, printed
from mailflow.procedure.terms import State

OWED = {
    "clause": "Điều",
    "state": "Phiếu đang ở",
    "act": "Việc phải làm",
    "who": "Người làm",
    "limit": "Thời hạn",
    "when": "Khi",
}
STEPS = {
    "clause": "Điều",
    "act": "Việc",
    "who": "Người làm",
    "from": "Từ",
    "to": "Đến",
    "must": "Phải ghi",
    "box": "Ô",
    "tell": "Báo cho",
}


def health(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Say whether the daemon goes round; exit code 1 when it does not."""
    home: Path = context.obj
    found = health_file.read(home)
    problem = found.problem(system_clock()) if found else f"no daemon has run in {home}"
    if as_json:
        say_json({"at": to_text(found.at) if found else None, "problem": problem or None})
    else:
        typer.echo(problem or "well")
    raise typer.Exit(1 if problem else 0)


def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Count requests by state, letters by outcome, notices by standing; name the stand-ins."""
    from mailflow.actions import stand_ins  # heavy; `health` in the same module must stay light
    from mailflow.wiring import open_reading  # heavy as well

    house, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        counts = work.counts()
    standing = stand_ins.in_force(house.world(system_clock()))
    if as_json:
        say_json({**asdict(counts), "stand_ins": standing})
        return
    states = {labels.STATE[State(state)]: n for state, n in counts.requests.items()}
    for title, numbers in (
        ("Phiếu", states),
        ("Thư đến", counts.letters),
        ("Thư đi", counts.notices),
    ):
        typer.echo(f"{title}: " + (", ".join(f"{k} {n}" for k, n in numbers.items()) or "chưa có"))
    typer.echo("Người làm thay hôm nay: " + ("; ".join(standing) or "không có"))


def procedure(
    *,
    owed: Annotated[bool, typer.Option("--owed", help="Who owes what, not the steps.")] = False,
    answers: Annotated[
        bool, typer.Option("--answers", help="How letters end and what people get back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the procedure's table in Vietnamese, as the program runs it."""
    from mailflow.settings import default_limits

    limits = default_limits()
    if answers:
        _say_answers()
    elif as_json:
        say_json({"steps": printed.steps(), "waits": printed.waits(limits)})
    elif owed:
        say_rows(printed.waits(limits), OWED)
    else:
        say_rows(printed.steps(), STEPS)


def _say_answers() -> None:
    from mailflow.actions import reasons  # heavy; `health` in the same module must stay light
    from mailflow.cli.answers import markdown  # heavy as well
    from mailflow.settings.data import data_root

    typer.echo(markdown(reasons.load(data_root() / "config" / "reasons.toml")), nl=False)
