"""What monthly figures of an objective come to at the end of each quarter (5.9); pure.

A month's figure is that month's alone, a quarter's is counted from January on. Only what can be
added exactly is added: shares given as part and whole, and counts. Of all else the latest month
stands for its quarter.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from mailflow.procedure import target_words, targets
from mailflow.procedure.folding import folded
from mailflow.procedure.targets import Target, Unmeasurable

Figures = Mapping[int, str]


def actuals(target: Target | Unmeasurable, months: Figures, typed: Figures) -> dict[int, str]:
    """Give what each quarter stands at, {1 to 4: as people write it}; a typed one stands as typed.

    A quarter without a month of its own is left out.
    """
    found: dict[int, str] = {}
    for quarter in (1, 2, 3, 4):
        if quarter in typed:
            found[quarter] = typed[quarter]
        elif any(month in months for month in months_of(quarter)):
            found[quarter] = _so_far(target, months, typed, quarter)
    return found


def months_of(quarter: int) -> tuple[int, ...]:
    """List the months of a quarter."""
    return tuple(range(3 * quarter - 2, 3 * quarter + 1))


def quarter_of(month: int) -> int:
    """Give the quarter of a month."""
    return (month + 2) // 3


def _so_far(target: Target | Unmeasurable, months: Figures, typed: Figures, quarter: int) -> str:
    """Add the months from January on, or from behind the last quarter that was typed."""
    before = max((q for q in typed if q < quarter), default=0)
    counted = [m for m in sorted(months) if 3 * before < m <= 3 * quarter]
    figures = [*([typed[before]] if before else []), *(months[m] for m in counted)]
    return _added(target, figures) or figures[-1]


def _added(target: Target | Unmeasurable, figures: Sequence[str]) -> str:
    if isinstance(target, Unmeasurable) or target.is_deliverable:
        return ""
    if target.unit == "%":
        pairs = [_share(figure) for figure in figures]
        if all(pairs):
            parts, wholes = zip(*filter(None, pairs), strict=True)
            return f"{_written(sum(parts))}/{_written(sum(wholes))}"
        return ""
    numbers = [_number(target, figure) for figure in figures] if _is_count(target) else [None]
    known = [number for number in numbers if number is not None]
    return _written(sum(known, Fraction(0))) if len(known) == len(numbers) else ""


def _is_count(target: Target) -> bool:
    """Say whether the figures of months add up: pieces do, days on average do not."""
    return not target.falls and folded(target.unit).split()[0] not in target_words.TIMES


def _number(target: Target, figure: str) -> Fraction | None:
    number = targets.measured(target, figure)
    if number is None and _is_none(figure):
        return Fraction(0)
    return number


def _share(figure: str) -> tuple[Fraction, Fraction] | None:
    """Give part and whole of "45/50", of "0/0" too; None of a figure that is no such share.

    One with more in it, like "45/50 = 90%", is not added up but read as a whole.
    """
    found = targets.RATIO.fullmatch(targets.plain(figure))
    part, whole = (targets.number(found[1]), targets.number(found[2])) if found else (None, None)
    return None if part is None or whole is None else (part, whole)


def _is_none(figure: str) -> bool:
    """Say whether a figure says that nothing of its kind was there."""
    text = targets.plain(figure)
    said = (*target_words.NOT_ARISEN, *target_words.NONE)
    return text == "khong" or any(text.startswith(words) for words in said)


def _written(number: Fraction | int) -> str:
    """Write a number as people type it, at most two digits behind the comma."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")
