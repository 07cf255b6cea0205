"""The door to what the office keeps: its roster and its calendar, read, made and compared."""

from mailflow.registers.changes import changes, snapshot
from mailflow.registers.days import calendar_workbook, read_calendar
from mailflow.registers.roster import read_roster
from mailflow.registers.roster_book import roster_workbook

__all__ = [
    "calendar_workbook",
    "changes",
    "read_calendar",
    "read_roster",
    "roster_workbook",
    "snapshot",
]
