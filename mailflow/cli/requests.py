"""`mailflow request list|show`: requests as the record has them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows, when
from mailflow.clock import system_clock, to_text
from mailflow.errors import MailflowError
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Box

if TYPE_CHECKING:  # the record is slow to import, `health` in the same console must stay light
    from mailflow.record import RequestRow

app = typer.Typer(help="Requests on form BM.CTCL.01.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List every request, oldest first."""
    from mailflow.wiring import open_reading

    home: Path = context.obj
    house, open_work = open_reading(home, system_clock)
    with open_work(reading=True) as work:
        rows = [_line(row) for row in work.requests.rows()]
    if as_json:
        say_json(rows)
        return
    world = house.world(system_clock())
    say_rows(
        [_named(row, world) for row in rows],
        {
            "code": "Mã",
            "number": "Số",
            "kind": "Loại",
            "unit": "Đơn vị",
            "state": "Trạng thái",
            "waiting_for": "Đang chờ",
            "due": "Hạn",
        },
    )


@app.command()
def show(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="The request's code, e.g. CTCL-2026-0007-K.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one request whole: where it stands, its boxes, its journal."""
    from mailflow.wiring import open_reading

    house, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        request = work.requests.load(code.upper())
    if request is None:
        raise MailflowError(f"there is no request {code}")
    whole = shown(request, house.world(system_clock()))
    if as_json:
        say_json(whole)
    else:
        _print(whole, house.world(system_clock()))


def _line(row: "RequestRow") -> dict[str, Any]:
    return {
        "code": row.code,
        "number": row.number,
        "kind": row.kind.value,
        "unit": row.unit,
        "state": row.state.value,
        "waiting_for": list(dict.fromkeys(p for waiting in row.waiting for p in waiting.people)),
        "next_act": row.next_act.value if row.next_act else None,
        "due": row.due.isoformat() if row.due else None,
    }


def _named(line: Mapping[str, Any], world: World) -> dict[str, Any]:
    """Give a line as people read it."""
    return {
        **line,
        "state": labels.STATE[line["state"]],
        "kind": labels.KIND[line["kind"]],
        "waiting_for": [world.everyone.name_of(person) for person in line["waiting_for"]],
        "due": when(line["due"], world.now.tzinfo),
    }


def shown(request: Request, world: World) -> dict[str, Any]:
    """Give the whole request as the console contract names it."""
    owed = machine.owed(request, world)
    first = min(owed, key=lambda o: (o.due is None, o.due), default=None)
    return {
        "code": request.code,
        "number": request.number,
        "kind": request.kind.value,
        "unit": request.unit,
        "state": request.state.value,
        "waiting_for": list(dict.fromkeys(p for o in owed for p in o.people)),
        "next_act": first.wait.act.value if first else None,
        "due": first.due.isoformat() if first and first.due else None,
        "boxes": {
            box.value: [_in_box(e) for e in request.box(box)] for box in Box if box is not Box.NONE
        },
        "journal": [_in_journal(entry) for entry in request.entries],
        "predecessor": request.predecessor,
        "successor": request.successor or request.merged_into,
    }


def _in_box(entry: Entry) -> dict[str, Any]:
    return {
        "at": to_text(entry.at),
        "act": entry.act.value,
        "answer": entry.answer,
        "by": entry.by,
        "fields": dict(entry.fields),
    }


def _in_journal(entry: Entry) -> dict[str, Any]:
    return {
        "at": to_text(entry.at),
        "act": entry.act.value,
        "answer": entry.answer,
        "by": entry.by,
        "role": entry.role.value,
        "via": entry.via.kind,
        "id": entry.via.id,
        "proof": entry.proof,
        "entered_by": entry.entered_by,
        "notes": list(entry.notes),
    }


def _print(whole: Mapping[str, Any], world: World) -> None:
    named = [world.everyone.name_of(p) for p in whole["waiting_for"]]
    typer.echo(f"{whole['code']}  {whole['number']}  {labels.KIND[whole['kind']]}")
    typer.echo(f"{whole['unit']}: {labels.STATE[whole['state']]}")
    if named:
        due = when(whole["due"], world.now.tzinfo) or "không ghi"
        typer.echo(f"Đang chờ: {', '.join(named)}, hạn {due}")
    for label, name in (("Phiếu trước", "predecessor"), ("Phiếu sau", "successor")):
        if whole[name]:
            typer.echo(f"{label}: {whole[name]}")
    rows = [
        {
            **line,
            "at": when(line["at"], world.now.tzinfo),
            "act": labels.act_label(line["act"], line["answer"]),
            "by": world.everyone.name_of(line["by"]) if line["by"] else "Chương trình",
            "via": f"{line['via']} {line['id']}",
            "proof": labels.PROOF.get(line["proof"], line["proof"]),
        }
        for line in whole["journal"]
    ]
    say_rows(rows, {"at": "Lúc", "act": "Việc", "by": "Người", "via": "Qua", "proof": "Xác thực"})
