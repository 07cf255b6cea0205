"""Reads what a reply decides; no act without its phrase, and a question in every doubt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations

from mailflow.intake.lines.blocks import Block, Open, blocks, opening_lines
from mailflow.intake.lines.digest import Part, parts
from mailflow.intake.lines.fieldlines import Fields, read_fields
from mailflow.intake.lines.items import Item, Read, Unclear
from mailflow.intake.lines.matching import longest_start, mentioned, phrase_in
from mailflow.intake.lines.values import Lookup, Problem, Reader
from mailflow.intake.sentences.besides import REMARKS, besides
from mailflow.intake.sentences.spoken import spoken
from mailflow.intake.sentences.told import every_measure, says_all
from mailflow.phrases import Phrases, Saying, tokens
from mailflow.procedure.steps import STEPS, step_of
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act

__all__ = ["Item", "Open", "Problem", "Read", "Unclear", "read_acts", "word_said"]

OPENING = frozenset({Act.REPORT, Act.OPEN_FROM_REVIEW, Act.OPEN_FROM_OBJECTIVE})
NARRATED = OPENING | {
    Act.PROPOSE_SOLUTION,
    Act.PLAN_WORK,
    Act.REPORT_PROGRESS,
    Act.SUPPLY,
    Act.COMMENT,
    Act.ADD_EVIDENCE,
}
"""Acts that tell something; in these "nhưng", a day or a name is part of the tale."""

ASSENT = frozenset({"yes", "met", "grant", "effective"})
MOST_SENTENCES = 200
MOST_BLOCKS = 100


def read_acts(
    text: str,
    opens: Sequence[Open],
    phrases: Phrases,
    lookup: Lookup,
    received: datetime,
    *,
    together: bool = False,
) -> tuple[Item, ...]:
    """Read the acts of a reply in order; never empty.

    `received` is in the agency's time zone. With `together` a phrase without a code answers for
    all of `opens`. An Unclear about a request swallows every other act on it, one about no
    request swallows all.
    """
    lines = opening_lines(text, phrases)
    if not lines:
        return (Unclear("", "empty", ""),)
    if not opens:
        return (Unclear("", "no_request", lines[0]),)
    reader = Reader(phrases, lookup, received.date())
    strict = _by_blocks(lines, opens, reader, together=together)
    if _whole(strict):
        return strict
    free = _freely("\n".join(lines), opens, reader)
    return free if _better(free, strict) else strict


def _better(free: Sequence[Item], strict: Sequence[Item]) -> bool:
    """Tell whether sentences say more than phrases and labels do."""
    if _whole(free):
        return True
    read = any(isinstance(item, Read) for item in strict)
    vague = all(isinstance(item, Unclear) and item.why == "not_understood" for item in free)
    return bool(free) and not read and not vague


def _by_blocks(
    lines: Sequence[str], opens: Sequence[Open], reader: Reader, *, together: bool
) -> tuple[Item, ...]:
    """Read a phrase with labelled lines below it, for each request that is named."""
    found = blocks(lines, opens, reader.phrases)
    if len(found) > MOST_BLOCKS:
        return (Unclear("", "not_understood", lines[0]),)
    return _settled(
        [item for block in found for item in _read(block, opens, reader, together=together)]
    )


def _freely(text: str, opens: Sequence[Open], reader: Reader) -> tuple[Item, ...]:
    """Read free sentences about one request, or about several that they name one by one."""
    if len(opens) == 1:
        return _settled(spoken(text, opens[0], reader))
    found = parts(text, opens)
    items: list[Item] = []
    for part in found:
        items.extend(_of_part(part, opens, reader))
    acts = any(isinstance(item, Read) for item in items)
    put_off = [i for i in items if isinstance(i, Unclear) and i.why == "postponed"]
    return _settled([i for i in items if not (acts and i in put_off)])


def _of_part(part: Part, opens: Sequence[Open], reader: Reader) -> Iterator[Item]:
    if not part.places:
        decided = any(_decides(part.text, one, reader) for one in opens)
        if decided:
            yield Unclear("", "which_request", part.text, tuple(o.request for o in opens))
        return
    for place in part.places:
        if place >= len(opens):
            yield Unclear("", "which_request", part.text, tuple(o.request for o in opens))
            return
        yield from _about(part.text, opens[place], reader)


def _decides(text: str, one: Open, reader: Reader) -> bool:
    return any(
        isinstance(item, Read) or item.why != "not_understood" for item in spoken(text, one, reader)
    )


def _about(text: str, one: Open, reader: Reader) -> tuple[Item, ...]:
    """Read the words about one request, strictly or as sentences."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return (Unclear(one.request, "not_understood", text),)
    strict = _by_blocks(lines, [one], reader, together=False)
    if _whole(strict):
        return strict
    return spoken(text, one, reader) or strict


TAKEN = frozenset({"kind", "unit", "implementers", "deadline", "measure_numbers", "actual_date"})
"""Fields that are taken as the mail said when somebody leaves them out."""


def _whole(items: Sequence[Item]) -> bool:
    """Tell whether every item is an act that lacks nothing."""
    return bool(items) and all(isinstance(item, Read) and _lacks_nothing(item) for item in items)


def _lacks_nothing(read: Read) -> bool:
    if read.problems:
        return False
    for need in step_of(read.act, read.answer).must:
        names = need.split("|")
        if "files" in names or set(names) & TAKEN:
            names = [n for n in names if n != "files"]
        if names and not set(names) & TAKEN and not any(read.fields.get(n) for n in names):
            return False
    work = (item for name in ("measures", "steps") for item in read.fields.get(name) or ())
    return all(item["who"] and item["by"] for item in work)


def word_said(text: str, phrases: Phrases) -> str:
    """Name the word that a letter begins with: help, confirm, not_me, or nothing."""
    lines = opening_lines(text, phrases)
    return phrases.words.get(phrase_in(lines[0], phrases, phrases.words), "") if lines else ""


def _read(block: Block, opens: Sequence[Open], reader: Reader, *, together: bool) -> Iterator[Item]:
    """Read one block: one item for each request that it speaks of."""
    sayings = reader.phrases.sayings.get(block.key, ())
    if block.requests:
        by_code = {o.request: o for o in opens}
        for code in block.requests:
            one = by_code.get(code)
            yield _item(block, one, reader) if one else Unclear(code, "no_such_request", code)
        return
    fitting = [o for o in opens if any(o.allows(s) for s in sayings)]
    if len(opens) > 1 and not together and all(s.only_asked for s in sayings):
        fitting = fitting and list(opens)
    if len(opens) == 1 or len(fitting) == 1:
        yield _item(block, (fitting or opens)[0], reader)
    elif together and fitting:
        yield from (_item(block, one, reader) for one in fitting)
    elif fitting:
        yield Unclear("", "which_request", block.typed, tuple(o.request for o in fitting))
    else:
        fresh = _new_matter(sayings)
        if fresh:
            yield _act(block, "", fresh, reader, here=True)
        else:
            yield _not_understood("", block, (), reader.phrases)


def _new_matter(sayings: Sequence[Saying]) -> Saying | None:
    """Take a phrase that names what it opens for a new matter, whatever the letter answers."""
    return next((s for s in sayings if s.act in OPENING and s.sets), None)


def _item(block: Block, one: Open, reader: Reader) -> Item:
    sayings = reader.phrases.sayings.get(block.key, ())
    now = [s for s in sayings if one.allows(s)]
    if now:
        preferred = [s for s in now if s.act in one.asked] or now
        read = _act(block, one.request, preferred[0], reader, here=True)
        return _with_all_measures(read, block, one)
    doubtful = {
        *reader.phrases.unclear.get(block.key, ()),
        *(s.act for s in sayings if s.only_asked),
    }
    steps = [s for s in one.steps if s.act in doubtful]
    if steps:
        return _not_understood(one.request, block, _types(steps, reader.phrases), reader.phrases)
    return _elsewhere(block, one, sayings, reader)


def _with_all_measures(item: Item, block: Block, one: Open) -> Item:
    """ "Hoàn thành: cả hai biện pháp" speaks of every measure, not only of the sender's."""
    if isinstance(item, Unclear) or item.act is not Act.REPORT_COMPLETION:
        return item
    if "measure_numbers" in item.fields or not says_all("\n".join([block.typed, *block.lines])):
        return item
    return replace(item, fields={**item.fields, "measure_numbers": every_measure(one)})


def _elsewhere(block: Block, one: Open, sayings: Sequence[Saying], reader: Reader) -> Item:
    """Read a phrase of an act that is not open now: something new, later, or to be refused."""
    fresh = _new_matter(sayings)
    if fresh:
        return _act(block, "", fresh, reader, here=True)
    plain = [s for s in sayings if not s.only_asked and s.act not in OPENING]
    plain.sort(key=lambda s: (s.act not in one.asked, not one.leads_to(s)))
    if plain:
        return _act(block, one.request, plain[0], reader, here=False)
    asked = [step for step in one.steps if step.act in one.asked]
    return _not_understood(one.request, block, _types(asked, reader.phrases), reader.phrases)


def _not_understood(
    request: str, block: Block, choices: tuple[str, ...], phrases: Phrases
) -> Unclear:
    condition = mentioned(block.typed, phrases.reading["conditions"])
    return Unclear(request, "condition" if condition else "not_understood", block.typed, choices)


def _types(steps: Sequence[Step], phrases: Phrases) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrases.type_of(s.act, s.answer) for s in steps))


def _act(block: Block, request: str, saying: Saying, reader: Reader, *, here: bool) -> Item:
    step = step_of(saying.act, saying.answer)
    strict = step.act not in NARRATED
    fields = read_fields(step, block.first, block.lines, reader, strict=strict)
    doubt = _taken_back(request, block, reader.phrases, strict=strict)
    doubt = doubt or (_doubt(request, step, fields, reader.phrases) if strict else None)
    if step.free == "direction":
        fields.values.setdefault("direction", block.typed)
    read = Read(
        request,
        step.act,
        step.answer,
        {**dict(saying.sets), **fields.values},
        {"act": block.typed, **fields.words},
        fields.problems,
        here,
    )
    if doubt and doubt.why == "condition":
        return replace(doubt, guess=besides(read))
    return doubt or read


def _taken_back(request: str, block: Block, phrases: Phrases, *, strict: bool) -> Unclear | None:
    """Find a line that begins by taking back what stands above; in a decision, one that asks."""
    for line in (block.typed, *block.lines):
        if strict and line.rstrip().endswith("?"):
            return Unclear(request, "question", line.strip())
        if longest_start(tokens(line), phrases.spoken["takeback"]):
            return Unclear(request, "takeback", line.strip())
    return None


def _doubt(request: str, step: Step, fields: Fields, phrases: Phrases) -> Unclear | None:
    """Find a condition, or the opposite decision, in the words that go with a decision."""
    free = fields.free.splitlines()
    remarks = [fields.words[n] for n in REMARKS if n in fields.words and step.answer in ASSENT]
    if step.act is not Act.REQUEST_CHANGE:
        for line in (*free, *remarks):
            if mentioned(line, phrases.reading["conditions"]):
                return Unclear(request, "condition", line)
    for sentence in re.split(r"[.,;!\n]", fields.free)[:MOST_SENTENCES]:
        key = phrase_in(sentence, phrases, phrases.sayings)
        for other in phrases.sayings.get(key, ()):
            if other.act is step.act and other.answer != step.answer and not other.only_asked:
                return Unclear(request, "two_readings", sentence.strip())
    return None


def _settled(items: Sequence[Item]) -> tuple[Item, ...]:
    """Keep only acts that no doubt touches."""
    doubts = [i for i in items if isinstance(i, Unclear)]
    doubts += _clashes([i for i in items if isinstance(i, Read)])
    first = {doubt.request: doubt for doubt in reversed(doubts)}
    if "" in first:
        return (first[""],)
    kept: dict[int | str, Item] = {}
    for place, item in enumerate(items):
        doubt = first.get(item.request)
        kept[item.request if doubt else place] = doubt or item
    return tuple(kept.values())


def _clashes(reads: Sequence[Read]) -> list[Unclear]:
    return [
        Unclear(one.request, "two_readings", f"{one.words['act']} / {other.words['act']}")
        for one, other in combinations(reads, 2)
        if one.request and one.request == other.request and clash(one, other)
    ]


def clash(one: Read, other: Read) -> bool:
    """Tell whether two acts on one request clash: the second cannot follow the first."""
    if one.act is other.act is Act.CONFIRM_REPEAT:
        earlier = [set(read.fields.get("earlier", ())) for read in (one, other)]
        return not all(earlier) or bool(earlier[0] & earlier[1])
    if one.act is other.act and one.answer != other.answer:
        return True
    target = step_of(one.act, one.answer).target
    if target is None or not (one.here and other.here):
        return False
    follows = (s for s in STEPS if (s.act, s.answer) == (other.act, other.answer))
    return not any(target in (s.sources or ()) for s in follows)
