"""Every January the list of what may be disposed of (VII), and the carrying out of a decision."""

from mailflow.actions import disposing
from mailflow.procedure.request import Via
from mailflow.wiring import Service

TOGETHER = 200
"""Requests whose contents go in one unit of work."""

JOB = Via("program", "disposals")


def dispose(service: Service) -> None:
    """Ask once a year, in the first office hour that comes; carry out what was decided."""
    _ask(service)
    _carry_out(service)


def _ask(service: Service) -> None:
    world = service.house.world(service.clock())
    if not service.house.in_office(world.now):
        return
    with service.open_work() as work:
        if work.marks.set_once("disposals", str(world.today.year), world.now):
            disposing.ask(work, service.house, world)
            work.keep()


def _carry_out(service: Service) -> None:
    with service.open_work(reading=True) as work:
        pending = work.disposals.pending()
    for start in range(0, len(pending), TOGETHER):
        if service.stop.is_set():
            return
        with service.open_work() as work:
            work.disposals.carry_out(pending[start : start + TOGETHER], JOB, service.clock())
            work.keep()
