"""The index of a pack: one page of all requests, one page for each, in Vietnamese."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from mailflow.actions.house import House
from mailflow.evidence import words
from mailflow.forms.words import moment
from mailflow.procedure import labels
from mailflow.procedure.request import Request
from mailflow.record import Disposal, RequestRow
from mailflow.settings.data import data_root


@dataclass(frozen=True)
class Item:
    """One file of a request's folder, as its index names it."""

    name: str
    what: str
    title: str
    who: str
    at: str
    proof: str
    sha256: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A request in the index; `gone` says that its records were disposed of, and by whom."""

    code: str
    number: str
    named: str
    kind: str
    unit: str
    state: str
    opened: str
    ended: str
    content: str
    before: str
    after: str
    files: int
    gone: str = ""


def listed(house: House, request: Request, files: int) -> Listed:
    """Show a request whose papers are in the pack."""
    zone = house.settings.agency.zone
    return Listed(
        code=request.code,
        number=request.number,
        named=words.named(request.kind),
        kind=labels.KIND[request.kind],
        unit=request.unit,
        state=labels.STATE[request.state],
        opened=moment(request.opened_at, zone),
        ended=moment(request.since, zone) if request.ended else "",
        content=str(request.values.get("content") or ""),
        before=request.predecessor or "",
        after=request.successor or request.merged_into or "",
        files=files,
    )


def disposed(house: House, row: RequestRow, disposal: Disposal | None) -> Listed:
    """Show a request whose records were disposed of."""
    zone = house.settings.agency.zone
    by = house.roster.name_of(disposal.by) if disposal else ""
    at = moment(disposal.decided_at, zone) if disposal else ""
    return Listed(
        code=row.code,
        number=row.number,
        named=words.named(row.kind),
        kind=labels.KIND[row.kind],
        unit=row.unit,
        state=labels.STATE[row.state],
        opened=moment(row.opened_at, zone),
        ended=moment(row.closed_at, zone) if row.closed_at else "",
        content="",
        before=row.predecessor or "",
        after=row.successor or "",
        files=0,
        gone=f"{by}, {at}",
    )


def top(house: House, title: str, requests: Sequence[Listed]) -> bytes:
    """Write the index of the whole pack."""
    return _render("pack.html", house, title=title, requests=requests)


def of_request(house: House, request: Listed, items: Sequence[Item]) -> bytes:
    """Write the index of one request's folder."""
    return _render("request.html", house, request=request, items=items)


def _render(name: str, house: House, **values: object) -> bytes:
    return rendered(name, agency=house.settings.agency.name, **values).encode()


def rendered(name: str, **values: object) -> str:
    """Fill in one of templates/evidence; in a page what people wrote is no markup."""
    environment = Environment(
        loader=FileSystemLoader(data_root() / "templates" / "evidence"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(**values)
