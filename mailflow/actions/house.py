"""All that stands still during one run: the agency's settings, people, days and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mailflow.actions.context import Agency
from mailflow.actions.reasons import Reasons
from mailflow.actions.seen import Seen
from mailflow.phrases import Phrases
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.machine import World
from mailflow.procedure.people import Roster, StandIn
from mailflow.procedure.terms import Section
from mailflow.settings import Settings, register_id


def _nobody() -> Sequence[StandIn]:
    return ()


@dataclass(frozen=True)
class House:
    """One agency at work. `roster` holds everyone ever listed; `world` keeps those of the day.

    `appointed` gives the stand-ins set by mail as the record has them now. `seen` is how the
    consolidated register was found before a paper is compiled, None as long as nobody looked.
    """

    settings: Settings
    roster: Roster
    calendar: Calendar
    phrases: Phrases
    reasons: Reasons
    appointed: Callable[[], Sequence[StandIn]] = _nobody
    seen: Seen | None = None
    _days: dict[tuple[date, tuple[StandIn, ...]], Roster] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def agency(self) -> Agency:
        """Say who sends, as the mails show it."""
        agency, mail = self.settings.agency, self.settings.mail
        return Agency(
            name=agency.name,
            parent=agency.parent or "",
            address=mail.address,
            display_name=self.settings.sender_name,
            domain=mail.domain,
        )

    @property
    def consolidated(self) -> str:
        """Name the register of the whole agency as the record does; "" where there is none."""
        found = (r.path for r in self.settings.registers if r.unit is None)
        path = next(found, None)
        return register_id(self.settings, path) if path is not None else ""

    def local(self, moment: datetime) -> datetime:
        """Put a moment into the agency's time zone."""
        return moment.astimezone(self.settings.agency.zone)

    def in_office(self, now: datetime) -> bool:
        """Say whether it is a time to write to people: office hours of a working day."""
        local = self.local(now)
        opening, closing = self.settings.agency.office_hours
        return self.calendar.is_working(local.date()) and opening <= local.time() < closing

    def world(self, now: datetime, appointed: Sequence[StandIn] | None = None) -> World:
        """Give what a judgement needs at the moment `now` (aware).

        Whoever has the record open gives the stand-ins set by mail; else they are asked for.
        """
        local = self.local(now)
        today = local.date()
        stand_ins = (
            *self.roster.stand_ins,
            *(self.appointed() if appointed is None else appointed),
        )
        return World(
            roster=self._of_day(today, stand_ins),
            calendar=self.calendar,
            limits=self.settings.limits,
            now=local,
            today=today,
            long_work_days=self.settings.iso.long_work_days,
            same_person=self.settings.iso.same_person_verifies,
            everyone=self.roster,
            input_owners={Section(name): who for name, who in self.settings.review.owners.items()},
        )

    def _of_day(self, today: date, stand_ins: tuple[StandIn, ...]) -> Roster:
        """Give the roster of a day, the same value as long as nothing changes: it keeps indexes."""
        known = self._days.get((today, stand_ins))
        if known is None:
            self._days.clear()
            known = self._days[today, stand_ins] = replace(self.roster, stand_ins=stand_ins).on(
                today
            )
        return known
