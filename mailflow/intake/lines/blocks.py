"""Cuts a reply into blocks: a line that says an act, for these requests, and what stands under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mailflow.intake.lines.fieldlines import labelled_line
from mailflow.intake.lines.matching import is_polite, longest_start, phrase_in, without_greeting
from mailflow.phrases import Phrases, Saying, Words, tokens
from mailflow.procedure import machine
from mailflow.procedure.folding import nfc
from mailflow.procedure.machine import World
from mailflow.procedure.request import Request
from mailflow.procedure.steps import STEPS, WAITS, step_of
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act

_NUMBERS = re.compile(r"(\d{1,2}(?:\s*(?:,|&|và|va)\s*\d{1,2})*)(?:\s*[.):\-–]\s*|\s+)(?=\S)")
_CODE = re.compile(r"\[?([A-Za-z]{1,12})[\s\-–]*(\d{4})[\s\-–]+(\d{4,6})[\s\-–]*([A-Za-z])\b\]?")
LIMITS = ("correction_due", "analysis_due", "deadline")
"""Days that a later act may move, in the order in which they are set."""

_AFTER_PREFIX = " \t:：.,)-–"


@dataclass(frozen=True)
class Open:
    """A request the letter may speak of, in the order of the ask (1, 2, 3 in what people type).

    `steps` are those the sender may take now; `asked` the acts their mail asked them for;
    `limits` the days in force by field, `measures` how many were approved; `theirs` are the
    steps that the sender's parts in it allow, in whatever state.
    """

    request: str
    steps: tuple[Step, ...]
    asked: tuple[Act, ...] = ()
    limits: tuple[tuple[str, date], ...] = ()
    measures: int = 0
    theirs: tuple[Step, ...] = STEPS
    number: str = ""

    @staticmethod
    def of(request: Request, person: str, world: World, asked: tuple[Act, ...]) -> "Open":
        """Show a request as far as reading a person's reply needs it."""
        days = ((name, request.day(name)) for name in LIMITS)
        return Open(
            request.code,
            machine.possible(request, person, world),
            asked,
            tuple((name, day) for name, day in days if day),
            len(request.measures),
            machine.able(STEPS, request, person, world),
            request.number,
        )

    def limit(self, name: str) -> date | None:
        """Give a limit in force; with no name the one of the state: the latest set."""
        days = dict(self.limits)
        return days.get(name) if name else next(iter(reversed(days.values())), None)

    def follows(self, before: Saying, saying: Saying) -> bool:
        """Tell whether a phrase says a step that becomes possible after another one."""
        targets = {s.target for s in self.steps if (s.act, s.answer) == before.means and s.target}
        after = (s for s in self.theirs if (s.act, s.answer) == saying.means and s.sources)
        owed = any(w.act is saying.act and w.state in targets for w in WAITS)
        return owed and any(targets & set(s.sources or ()) for s in after)

    def allows(self, saying: Saying) -> bool:
        """Tell whether a phrase says a step that may be taken now."""
        if saying.only_asked and saying.act not in self.asked:
            return False
        return any((step.act, step.answer) == saying.means for step in self.steps)

    def leads_to(self, saying: Saying) -> bool:
        """Tell whether a phrase says a step that one of the steps of now would make possible."""
        targets = {step.target for step in self.steps if step.target}
        after = (s for s in self.theirs if (s.act, s.answer) == saying.means and s.sources)
        return not saying.only_asked and any(targets & set(s.sources or ()) for s in after)


@dataclass
class Block:
    """One phrase line with the lines under it.

    `requests` are the codes that its line names, `key` is the phrase's, empty when the line is
    none; `first` are the words after the phrase's colon, without a phrase all words after the
    codes. `counted` tells that the requests were named by their numbers.
    """

    requests: tuple[str, ...]
    key: str
    typed: str
    first: str = ""
    counted: bool = False
    lines: list[str] = field(default_factory=list)


def opening_lines(text: str, phrases: Phrases) -> list[str]:
    """Split a letter into lines, without quotes and the greetings before its first words."""
    lines = [line for line in nfc(text).splitlines() if not line.lstrip().startswith(">")]
    while lines:
        first = without_greeting(lines[0].strip(), phrases)
        if first and not is_polite(first, phrases):
            return [first, *lines[1:]]
        lines = lines[1:]
    return []


def blocks(lines: Sequence[str], opens: Sequence[Open], phrases: Phrases) -> list[Block]:
    """Cut lines into blocks; the first line starts one whatever it says."""
    found: list[Block] = []
    fresh = True
    for line in lines:
        start = _start(line, opens, phrases)
        if found and _waits(found[-1]):
            _follow(found[-1], line, start)
        elif not found:
            found.append(start or Block((), "", line))
        elif start and _cuts(start, line, found[-1], opens, phrases, fresh=fresh):
            found.append(start)
        else:
            found[-1].lines.append(line)
        fresh = not line.strip()
    return found


def _waits(block: Block) -> bool:
    """A line that is only a code waits for the phrase on the next one."""
    return bool(block.requests) and not block.key and not block.first and not block.lines


def _follow(block: Block, line: str, start: Block | None) -> None:
    if not line.strip():
        return
    block.typed = f"{block.typed} {line}"
    if start and not start.requests:
        block.key, block.first = start.key, start.first


def _start(line: str, opens: Sequence[Open], phrases: Phrases) -> Block | None:
    """Read a line as the start of a block: a phrase, or words for requests that it names."""
    requests, rest = _prefix(line.strip(), opens, phrases)
    known = {**phrases.sayings, **phrases.unclear}
    key, first = phrase_in(rest, phrases, known), ""
    colon = re.search("[:：]", rest)
    if not key and colon:
        key, first = phrase_in(rest[: colon.start()], phrases, known), rest[colon.end() :].strip()
    if not key and not requests:
        return None
    counted = bool(requests) and not _CODE.search(line)
    return Block(requests, key, line.strip(), first if key else rest, counted)


def _prefix(line: str, opens: Sequence[Open], phrases: Phrases) -> tuple[tuple[str, ...], str]:
    """Take off what says which requests: a code, numbers of the ask, "tất cả"."""
    bare = _without_start(line, phrases.reading["item"])
    code = _CODE.match(bare)
    if code:
        written = f"{code[1].upper()}-{code[2]}-{code[3]}-{code[4].upper()}"
        return (written,), bare[code.end() :].lstrip(_AFTER_PREFIX)
    everything = phrases.reading["everything"]
    rest = _without_start(line, everything)
    rest = line if rest == line else rest.lstrip(_AFTER_PREFIX)
    if rest == line:
        rest = _without_end(line, everything)
    if rest != line:
        return tuple(o.request for o in opens), rest
    numbers = _NUMBERS.match(bare)
    if numbers:
        places = [int(n) - 1 for n in re.findall(r"\d+", numbers[1])]
        if all(0 <= place < len(opens) for place in places):
            return tuple(opens[p].request for p in places), bare[numbers.end() :]
    return (), line


def _without_start(line: str, entries: Words) -> str:
    count = longest_start(tokens(line[:120]), entries)
    for _ in range(count):
        line = re.sub(r"^\s*(?:\w+|[^\w\s])", "", line, count=1)
    return line.lstrip() if count else line


def _without_end(line: str, entries: Words) -> str:
    words = tokens(line[:240])
    while words and words[-1] in ".,!;":
        words.pop()
    for size in range(5, 0, -1):
        if longest_start(words[-size:], entries) == size < len(words):
            return " ".join(words[:-size])
    return line


def _cuts(
    start: Block,
    line: str,
    current: Block,
    opens: Sequence[Open],
    phrases: Phrases,
    *,
    fresh: bool,
) -> bool:
    """Decide whether a line starts a new block or goes on with the current one."""
    if start.requests and start.key:
        return True
    if start.requests:
        return current.counted if start.counted else fresh or bool(current.requests)
    if labelled_line(line, _labels(current, phrases), phrases):
        return False
    sayings = phrases.sayings.get(start.key, ())
    if any(o.allows(s) for o in opens for s in sayings):
        return fresh or not start.first
    return fresh and any(o.leads_to(s) for o in opens for s in sayings)


def _labels(block: Block, phrases: Phrases) -> dict[str, str]:
    """Collect the labels of all acts that a block's phrase may say."""
    found: dict[str, str] = {}
    for saying in phrases.sayings.get(block.key, ()):
        found |= phrases.labelled(step_of(saying.act, saying.answer))
    return found
