"""The job of the management review (5.8): what time sets off, each thing once."""

from mailflow.actions import notices
from mailflow.actions.execute import execute
from mailflow.procedure.machine import World
from mailflow.procedure.request import Request
from mailflow.procedure.terms import REVIEWS, Role
from mailflow.record import Work
from mailflow.reminders import reviewing
from mailflow.wiring import Service


def carry_on_reviews(service: Service) -> None:
    """Open the year's review, ask for the notice once comments are over, tell of a year in danger.

    All in office hours, as the mails are for people at work.
    """
    world = service.house.world(service.clock())
    if not service.house.in_office(world.now):
        return
    with service.open_work() as work:
        _open(work, service, world)
        rows = work.requests.rows(kinds=REVIEWS)
        for request in filter(None, (work.requests.load(r.code) for r in rows if not r.closed_at)):
            _look_at(work, service, request, world)
        work.keep()


def _open(work: Work, service: Service, world: World) -> None:
    command = reviewing.opening(service.house, work.requests.rows(kinds=REVIEWS), world)
    if command:
        results = execute(work, service.house, command, world)
        notices.tell(work, service.house, results, world)


def _look_at(work: Work, service: Service, request: Request, world: World) -> None:
    if reviewing.comments_over(request, world):
        key = f"{request.code}:{request.values['comments_due']}"
        _tell_once("comments_over", key, (Role.ISO_SECRETARY,), work, service, request, world)
    if reviewing.in_danger(request, world):
        roles = reviewing.TOLD_OF_DANGER
        _tell_once("review_danger", request.code, roles, work, service, request, world)


def _tell_once(
    kind: str,
    key: str,
    roles: tuple[Role, ...],
    work: Work,
    service: Service,
    request: Request,
    world: World,
) -> None:
    if not work.marks.set_once(kind, key, world.now):
        return
    for document in reviewing.tell(kind, service.house, request, roles, world):
        notices.post(work, document, world, key=f"{kind}:{key}:{document['person']['id']}")
