"""How long records are kept (VII): full years after the one in which a request ended; pure."""

from datetime import date


def kept_until(ended_on: date, years: int) -> date:
    """Give the last day on which the records of what ended on a day are kept."""
    return date(ended_on.year + years, 12, 31)


def is_due(ended_on: date, years: int, today: date) -> bool:
    """Say whether what ended on a day may be disposed of."""
    return today > kept_until(ended_on, years)
