"""Targets of quality objectives (5.9) as people write them, and whether a result meets one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from mailflow.procedure import target_words as words_of
from mailflow.procedure.folding import folded

LONGEST = 400
"""Characters of a target or a result; what is longer is a tale, not a figure."""


class Verdict(StrEnum):
    """How a result stands against its target; nothing to measure is no failure."""

    MET = "met"
    NOT_MET = "not_met"
    NONE_AROSE = "none_arose"
    OPEN = "open"


@dataclass(frozen=True)
class Target:
    """What is to be reached: a number within bounds, or something done by a day.

    Without bounds it is a deliverable, due `by`. `falls` marks "giảm 10%": its number is a fall.
    """

    unit: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    falls: bool = False
    by: date | None = None

    @property
    def is_deliverable(self) -> bool:
        """Say whether it is met by yes or no instead of by a number."""
        return self.low is None and self.high is None

    @property
    def adds_up(self) -> bool:
        """Say whether its number grows over the year: a count of which there must be enough."""
        return self.low is not None and self.high is None and self.unit != "%" and not self.falls

    def holds(self, number: Fraction) -> bool:
        """Say whether a number lies within the bounds."""
        low, high = self.low, self.high
        above = low is None or (number > low if self.low_open else number >= low)
        below = high is None or (number < high if self.high_open else number <= high)
        return above and below


@dataclass(frozen=True)
class Unmeasurable:
    """Why a target cannot be measured.

    `why` is a key of the refusal texts: target_empty, _vague, _no_number, _no_unit,
    _several_numbers, _no_sense (more or less is wanted?), _unsure_number ("1,250"), _no_date.
    """

    why: str


# --- numbers -------------------------------------------------------------------------------------

_DIGITS = r"\d{1,3}(?:[. \u00a0]\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d+(?:[.,]\d+)?"
_NUMBER = re.compile(rf"(?<![\w.,/])({_DIGITS})(?![\w/])\s{{0,3}}(%|phan tram\b)?")
_ASIDE = re.compile(
    r"\b(?:iso|tcvn)(?: iso)?[ -]*\d+(?::\d+)?|\b\d{1,4}/\d{4}/\S+|\bmuc do \d\b|\bso \d+\S*"
    r"|\b(?:ngay )?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b(?!%)|\bquy (?:iv|i{1,3}|\d)\b"
    r"|\bthang \d{1,2}(?:[/-]\d{4})?\b|\bnam \d{4}\b|\b\d{1,2}/\d{4}\b"
)  # fmt: skip
"""Numbers that measure nothing: standards, decrees, days, quarters, years."""

_DAY = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_SHORT_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})(?![\d/])")
_QUARTER = re.compile(r"\bquy (iv|i{1,3}|[1-4])\b")
_MONTH = re.compile(r"\bthang (\d{1,2})\b")
RATIO = re.compile(rf"(?<![\w/.,])({_DIGITS})\s{{0,3}}/\s{{0,3}}({_DIGITS})(?![\w/.,]*\d|/)")


def number(typed: str) -> Fraction | None:
    """Read a number as typed in Viet Nam: 1.250 and 98,5; None where it is not sure ("1,250")."""
    bare = typed.replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", bare) and not bare.startswith("0."):
        return Fraction(bare.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", bare):
        return Fraction(bare.replace(",", ""))
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", bare):
        return None
    if re.fullmatch(r"\d+(?:[.,]\d+)?", bare):
        return Fraction(bare.replace(",", "."))
    return None


def _percent(typed: str) -> Fraction | None:
    """Read the number before a per cent sign, where "98,125" leaves no doubt."""
    sure = number(typed)
    return Fraction(typed.replace(",", ".")) if sure is None and typed.count(",") == 1 else sure


@dataclass(frozen=True)
class _Figure:
    """A number where it stands in words; `value` None where it is not sure."""

    value: Fraction | None
    per_cent: bool
    start: int
    end: int


def _figures(text: str) -> list[_Figure]:
    return [_figure(found) for found in _NUMBER.finditer(text)]


def _figure(found: re.Match[str]) -> _Figure:
    value = _percent(found[1]) if found[2] else number(found[1])
    return _Figure(value, bool(found[2]), found.start(1), found.end())


# --- targets -------------------------------------------------------------------------------------


def read(words: str, unit: str = "", by: str = "", year: int = 0) -> Target | Unmeasurable:
    """Read a target with its unit of measure and its time ("31/12/2026", "quý IV") as typed.

    `year` is that of the plan, for a day typed without one.
    """
    text = plain(words)
    if not text:
        return Unmeasurable("target_empty")
    due = day_in(by, year) or day_in(words, year)
    measured = _ASIDE.sub(" ", text)
    figures = _figures(measured)
    if figures:
        return _bounded(measured, figures, folded(unit).strip(" ."), due)
    none = _starts(text, words_of.NONE)
    if none:
        rest = text[len(none) :].strip(" .,:")
        named = unit.strip() or rest
        return Target(named, high=Fraction(0), by=due) if named else Unmeasurable("target_no_unit")
    return _deliverable(text, due)


def plain(words: str) -> str:
    """Give words as targets and results are read: folded, without marks around them."""
    return folded(words[:LONGEST]).strip(" .,;:")


def _deliverable(text: str, due: date | None) -> Target | Unmeasurable:
    if any(_has(text, vague) for vague in words_of.VAGUE):
        return Unmeasurable("target_vague")
    if not any(_has(text, verb) for verb in words_of.DELIVERED):
        return Unmeasurable("target_no_number")
    return Target(by=due) if due else Unmeasurable("target_no_date")


def _bounded(
    text: str, figures: Sequence[_Figure], unit: str, due: date | None
) -> Target | Unmeasurable:
    """Make bounds of the one number of a target, or of the two of a range."""
    first, *more = figures
    span = len(more) == 1 and text[first.end : more[0].start].strip() in words_of.THROUGH
    if more and not span:
        return Unmeasurable("target_several_numbers")
    if first.value is None or (span and more[0].value is None):
        return Unmeasurable("target_unsure_number")
    last = more[0] if span else first
    per_cent = first.per_cent or last.per_cent or unit in words_of.PER_CENT
    named = "%" if per_cent else unit or _named(text[last.end :])
    if not named:
        return Unmeasurable("target_no_unit")
    if span:
        return Target(named, low=first.value, high=last.value, by=due)
    return _sense(text, first, first.value, Target(named, by=due))


def _named(rest: str) -> str:
    """Take the words behind a number as its unit: "5 ngày làm việc", not "12 trở lên"."""
    for ends in (*words_of.UPWARDS, *words_of.DOWNWARDS):
        rest = re.sub(rf"^\W*{ends}\b", "", rest)
    found = re.match(r"\W*([^\W\d_]+)", rest)
    return found[1] if found else ""


def _sense(text: str, figure: _Figure, value: Fraction, target: Target) -> Target | Unmeasurable:
    """Give the bounds that the words before and behind a number set."""
    before, behind = text[: figure.start].strip(" :,"), text[figure.end :]
    falls = any(_has(before, word) for word in words_of.FALLS)
    if any(_has(behind, ends) for ends in words_of.DOWNWARDS):
        return replace(target, high=value)
    if any(_has(behind, ends) for ends in words_of.UPWARDS):
        return replace(target, low=value, falls=falls)
    word, bound = _last_sense(before)
    if word in ("giam con", "con"):
        return replace(target, high=value)
    if falls or any(_has(before, rise) for rise in words_of.RISES):
        return replace(target, low=value, low_open=bound == "more", falls=falls)
    if bound is None and folded(target.unit).split()[0] in words_of.TIMES:
        return Unmeasurable("target_no_sense")
    if bound is None and any(_has(before, none) for none in words_of.NONE):
        return replace(target, high=value)
    return _within(target, value, bound or "at_least")


def _within(target: Target, value: Fraction, bound: str) -> Target:
    if bound == "exactly":
        return replace(target, low=value, high=value)
    if bound in ("at_most", "less"):
        return replace(target, high=value, high_open=bound == "less")
    return replace(target, low=value, low_open=bound == "more")


_SENSES = sorted(
    (
        (word, bound)
        for bound, listed in (
            ("at_least", words_of.AT_LEAST),
            ("more", words_of.MORE),
            ("at_most", words_of.AT_MOST),
            ("less", words_of.LESS),
            ("exactly", words_of.EXACTLY),
        )
        for word in listed
    ),
    key=lambda pair: -len(pair[0]),
)  # fmt: skip


def _last_sense(before: str) -> tuple[str, str | None]:
    """Find the words of measure that stand right before the number, else anywhere before it."""
    for word, bound in _SENSES:
        sign = not word[0].isalnum()
        if before == word or before.endswith(word if sign else f" {word}"):
            return word, bound
    found = [(word, bound) for word, bound in _SENSES if _has(before, word) and bound != "exactly"]
    return found[0] if found else ("", None)


def _starts(text: str, listed: Sequence[str]) -> str:
    longest_first = sorted(listed, key=len, reverse=True)
    return next((w for w in longest_first if _has(text[: len(w) + 1], w)), "")


def _has(text: str, words: str) -> bool:
    if not words[0].isalnum():
        return words in text
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


# --- days ----------------------------------------------------------------------------------------


def day_in(words: str, year: int = 0) -> date | None:
    """Read a day, else the end of a quarter or month, from words; None when there is none."""
    text = folded(words[:LONGEST])
    full = _DAY.search(text)
    if full:
        return _day(int(full[3]), int(full[2]), int(full[1]))
    short, quarter, month = _SHORT_DAY.search(text), _QUARTER.search(text), _MONTH.search(text)
    if short and year:
        return _day(year, int(short[2]), int(short[1]))
    if quarter and year:
        return quarter_end(year, words_of.QUARTERS[quarter[1]])
    if month and year and 1 <= int(month[1]) <= 12:
        return _month_end(year, int(month[1]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def quarter_end(year: int, quarter: int) -> date:
    """Give the last day of a quarter, 1 to 4."""
    return _month_end(year, 3 * quarter)


# --- results -------------------------------------------------------------------------------------


def verdict(target: Target | Unmeasurable, result: str) -> Verdict:
    """Judge a result as typed: "98,2%", "245/250", "0/0", "đã ban hành 15/5/2026", "chưa".

    What cannot be judged stays open: somebody has to say it plainly.
    """
    text = plain(result)
    if not text or isinstance(target, Unmeasurable):
        return Verdict.OPEN
    if target.is_deliverable:
        return _delivered(target, text)
    if any(_has(text, none) for none in words_of.NOT_ARISEN):
        return Verdict.MET if target.high == 0 else Verdict.NONE_AROSE
    if target.high == 0 and (text == "khong" or _starts(text, words_of.NONE)):
        return Verdict.MET
    value = _measured(target, text)
    if value is None:
        return Verdict.NONE_AROSE if _zero_of_zero(text) else Verdict.OPEN
    return Verdict.MET if target.holds(value) else Verdict.NOT_MET


def measured(target: Target | Unmeasurable, result: str) -> Fraction | None:
    """Give the number a result comes to, in the target's unit; None when it gives none."""
    if isinstance(target, Unmeasurable) or target.is_deliverable:
        return None
    return _measured(target, plain(result))


def _measured(target: Target, text: str) -> Fraction | None:
    ratio = RATIO.search(text)
    value = _of_ratio(target, ratio, text) if ratio else _single(target, text)
    if value is None:
        return None
    other_way = words_of.RISES if target.falls else words_of.FALLS
    turned = target.falls or target.low is not None
    moved = any(_has(text, word) for word in other_way) and turned
    return -value if moved else value


def _single(target: Target, text: str) -> Fraction | None:
    figures = _figures(_DAY.sub(" ", text))
    if len(figures) != 1 or (figures[0].per_cent and target.unit != "%"):
        return None
    counted = target.unit == "%" and not figures[0].per_cent and _named(text[figures[0].end :])
    return None if counted else figures[0].value


def _of_ratio(target: Target, ratio: re.Match[str], text: str) -> Fraction | None:
    """Divide where shares are wanted, else count; a share also stated must be the same."""
    part, whole = number(ratio[1]), number(ratio[2])
    if part is None or not whole:
        return None
    if target.unit != "%":
        return part
    share = part * 100 / whole
    stated = [f.value for f in _figures(text[ratio.end() :]) if f.per_cent and f.value is not None]
    close = all(abs(value - share) <= Fraction(1, 2) for value in stated)
    return share if close else None


def _zero_of_zero(text: str) -> bool:
    ratio = RATIO.search(text)
    return ratio is not None and number(ratio[1]) == number(ratio[2]) == 0


def _delivered(target: Target, text: str) -> Verdict:
    """Judge a deliverable: done, and not after its day where the result names one."""
    if any(_has(text, word) for word in words_of.UNDONE):
        return Verdict.NOT_MET
    if text in ("khong", "khong co"):
        return Verdict.NOT_MET
    on = day_in(text)
    if on and target.by:
        return Verdict.MET if on <= target.by else Verdict.NOT_MET
    said = any(_has(text, word) for word in words_of.DONE)
    said = said or any(_has(text, verb) for verb in words_of.DELIVERED)
    full = [f.value for f in _figures(text) if f.per_cent]
    return Verdict.MET if said and full in ([], [Fraction(100)]) else Verdict.OPEN


def behind(target: Target | Unmeasurable, result: str, share: Fraction, today: date) -> bool:
    """Say whether a result so far endangers a target when `share` (0-1) of the year has passed.

    A count of which there must be enough may lag behind in proportion only; any other number has
    to be within its bounds all year; a deliverable is in danger in its last month.
    """
    if isinstance(target, Unmeasurable):
        return False
    if target.is_deliverable:
        due = target.by is not None and today >= target.by - timedelta(days=30)
        return due and verdict(target, result) is not Verdict.MET
    value = measured(target, result)
    if value is None or not target.adds_up or target.low is None:
        return verdict(target, result) is Verdict.NOT_MET
    return value < target.low * share
