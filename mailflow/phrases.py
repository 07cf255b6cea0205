"""The words people type and what they mean: config/phrases.toml, read and checked as a whole."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from mailflow.errors import Misconfigured
from mailflow.procedure.fields import FIELDS, TABLES, Type, keys
from mailflow.procedure.folding import folded, nfc
from mailflow.procedure.steps import OURS, STEPS, fields_of, step_of
from mailflow.procedure.table import Step
from mailflow.procedure.terms import REQUESTS, Act, Kind, State

Words = tuple[str, ...]
Means = tuple[Act, str]
"""An act with its answer."""
WORDS = (
    "help", "right", "confirm", "not_me", "accept", "refuse", "merge", "feedback", "ignore",
    "forward", "pack",
)  # fmt: skip
STANDING_IN = ("delegating", "in_place", "revoking", "papers", "away", "all_acts", "only")
ASKING = ("list", "pack", "register", "digest", "open", "overdue", "now", "last", "please", "rest")
"""The lists of [standing_in] and [asking], see intake/sentences/standing and intake/asking."""
READING = (
    "greetings", "polite", "closings", "conditions", "negations", "titles", "myself", "joiners",
    "skip", "everything", "item", "nonconforming", "improving", "threatening", "before_unit",
    "unit_kinds", "heads",
)  # fmt: skip
SPOKEN = (
    "assign", "doing", "self", "checking", "coordinating", "due", "done_by", "since", "vague",
    "why", "assent", "objects", "fillers", "or", "negations", "contrary", "contrasts", "defer",
    "reported", "forward", "questions", "question_ends", "irony", "done", "not_done", "evidence",
    "more_time", "transfer", "takeback", "and", "soften", "seen", "short_of", "pleas", "completed",
    "progress", "change_measure", "change_resources", "supplied", "strict_due", "so", "handled",
    "noticed", "why_first", "difficulty", "contrary_evidence", "pronouns", "titles_of_self",
    "owners", "directing", "continuing", "analysing", "remedied", "needs", "answering",
    "gives_time", "why_weak", "hearsay", "grade", "places",
)  # fmt: skip
"""The lists of [spoken]: words by which free sentences are read, see intake/sentences/pieces."""
DATES = ("today", "tomorrow", "overmorrow", "yesterday", "before", "limits", "months", "weekdays")
LENGTHS = {"months": 12, "weekdays": 7}
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Saying:
    """What a phrase says: an act, its answer, and the choice (`sets`) that the words make as well.

    `only_asked` marks words too general to be taken for the act unless it was asked for.
    """

    act: Act
    answer: str
    sets: tuple[tuple[str, str], ...] = ()
    only_asked: bool = False

    @property
    def means(self) -> Means:
        """Give the act with its answer."""
        return self.act, self.answer


@dataclass(frozen=True, eq=False)
class Phrases:
    """All of config/phrases.toml; `sayings`, `unclear`, `words`, `label_keys` are found by `key`.

    `tables` has the labels within a row of a table; `short` gives, by the folded form, each short
    form with its marks and what it stands for; `said_as` each saying's phrases, `delegated` how
    people name an act they hand on.
    """

    types: Mapping[Means, str]
    kinds: Mapping[str, str]
    sayings: Mapping[str, tuple[Saying, ...]]
    unclear: Mapping[str, tuple[Act, ...]]
    words: Mapping[str, str]
    word_types: Mapping[str, str]
    labels: Mapping[str, Words]
    label_keys: Mapping[str, Words]
    tables: Mapping[Type, Mapping[str, Words]]
    options: Mapping[str, Mapping[str, Words]]
    reading: Mapping[str, Words]
    dates: Mapping[str, Words]
    short: Mapping[str, tuple[tuple[str, Words], ...]]
    said_as: Mapping[Saying, Words]
    spoken: Mapping[str, Words]
    standing_in: Mapping[str, Words] = field(default_factory=dict)
    delegated: Mapping[Act, Words] = field(default_factory=dict)
    asking: Mapping[str, Words] = field(default_factory=dict)

    def type_of(self, act: Act, answer: str) -> str:
        """Give the phrase that mails tell people to type. Raises KeyError for an act of ours."""
        return self.types[(act, answer)]

    def label_of(self, field: str, act: Act, answer: str) -> str:
        """Give the label that mails show for a field; it reads back as that field in that act."""
        if field not in fields_of(step_of(act, answer)):
            raise KeyError(f"{act}:{answer} carries no field {field}")
        return self.labels[field][0]

    def kind_type(self, kind: Kind) -> str:
        """Give the phrase that opens a report of a kind."""
        return self.kinds[kind]

    def word(self, name: str) -> str:
        """Give the words to type for what is no act: help, confirm, not_me."""
        return self.word_types[name]

    def key(self, text: str) -> str:
        """Fold words for comparing: short forms written out, punctuation as words of its own."""
        return " ".join(map(fold, written_out(tokens(text), self.short)))

    def labelled(self, step: Step) -> Mapping[str, str]:
        """Map the keys of all labels that a step takes to its fields' names."""
        return self._labelled[step.act, step.answer]

    @cached_property
    def _labelled(self) -> Mapping[Means, Mapping[str, str]]:
        """What every step takes; worked out once, since each line of a letter may ask for it."""
        named = [(key, name) for key, names in self.label_keys.items() for name in names]
        taken = {(step.act, step.answer): fields_of(step) for step in STEPS}
        return {means: {k: n for k, n in named if n in fields} for means, fields in taken.items()}


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Fold one word, see `folding.folded`; kept, since letters repeat their words."""
    return folded(word)


def tokens(text: str) -> list[str]:
    """Split text into words and single punctuation marks, as typed (NFC)."""
    return _TOKEN.findall(nfc(text))


def said(typed: str, word: str) -> bool:
    """Tell whether a typed word (NFC) is `word`: marks may be left out, others not typed."""
    bare = fold(typed)
    if bare != fold(word):
        return False
    return typed.casefold() == bare or marks(typed) == marks(word)


@lru_cache(maxsize=20_000)
def marks(word: str) -> Words:
    """List a word's marks, wherever they stand: "hoà" and "hòa" are one word."""
    lower = nfc(word).casefold()
    parts = unicodedata.normalize("NFD", lower)
    return tuple(sorted(c for c in parts if unicodedata.combining(c) or c == "đ"))


Short = Mapping[str, tuple[tuple[str, Words], ...]]


def meant(word: str, short: Short) -> Words:
    """Give the words that a short form (ko, hđkp) stands for, any other word as it is."""
    forms = short.get(fold(word), ())
    return next((words for form, words in forms if word.casefold() == form.casefold()), (word,))


def written_out(words: Sequence[str], short: Short) -> list[str]:
    """Replace short forms by the words they stand for."""
    return [full for word in words for full in meant(word, short)]


def load(path: Path) -> Phrases:
    """Read and check config/phrases.toml. Raises Misconfigured with every fault at once."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured([f"{path}: cannot be read: {error}"]) from error
    faults: list[str] = []
    phrases = _read(raw, faults)
    faults += [*_overlaps(phrases), *_ambiguous_labels(phrases)]
    if faults:
        raise Misconfigured([f"{path.name}: {fault}" for fault in faults])
    return phrases


def _read(raw: Mapping[str, Any], faults: list[str]) -> Phrases:
    short = _short(raw, faults)
    acts = _acts(raw, faults)
    bare = Phrases({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, short, {}, {})
    said_as = _sayings(acts, faults)
    words = _lists(raw, "words", WORDS, faults)
    labels = _lists(raw, "labels", [n for n in FIELDS if n != "files"], faults)
    return Phrases(
        types={m: str(acts[_name(m)].get("type")) for m in _meanings() if _name(m) in acts},
        kinds=_kinds(acts, faults),
        sayings=_by_key(said_as, bare),
        unclear=_by_key(_of_acts(raw, "unclear", faults), bare),
        words={bare.key(word): name for name, listed in words.items() for word in listed},
        word_types={name: listed[0] for name, listed in words.items()},
        labels=labels,
        label_keys=_by_key(labels, bare),
        tables={t: _lists(raw, t.value, _inner(t), faults) for t in TABLES},
        options=_options(raw, faults),
        reading=_lists(raw, "reading", READING, faults),
        dates=_dates(raw, faults),
        short=short,
        said_as=said_as,
        spoken=_lists(raw, "spoken", SPOKEN, faults),
        standing_in=_lists(raw, "standing_in", STANDING_IN, faults),
        delegated=_of_acts(raw, "delegated", faults),
        asking=_lists(raw, "asking", ASKING, faults),
    )


def _meanings() -> tuple[Means, ...]:
    """List each act with its answer that a person can type; some are the program's own."""
    return tuple(dict.fromkeys((s.act, s.answer) for s in STEPS if s.act not in OURS))


def _name(means: Means) -> str:
    act, answer = means
    return f"{act.value}:{answer}" if answer else act.value


def _table(
    raw: Mapping[str, Any], name: str, wanted: Sequence[str], faults: list[str]
) -> dict[str, Any]:
    """Take one table; with `wanted`, exactly those keys must be in it."""
    table = raw.get(name)
    if not isinstance(table, dict):
        faults.append(f"table [{name}] is missing")
        return {}
    if wanted:
        faults += [f"{name}.{key}: is missing" for key in wanted if key not in table]
        faults += [f"{name}.{key}: nothing has this name" for key in table if key not in wanted]
    return table


def _words(value: object, where: str, faults: list[str]) -> Words:
    if isinstance(value, list) and value and all(isinstance(v, str) and v.strip() for v in value):
        return tuple(value)
    faults.append(f'{where}: must be a list of words in quotes, ["…", "…"]')
    return ("?",)


def _lists(
    raw: Mapping[str, Any], name: str, wanted: Sequence[str], faults: list[str]
) -> dict[str, Words]:
    table = _table(raw, name, wanted, faults)
    return {key: _words(value, f"{name}.{key}", faults) for key, value in table.items()}


def _short(raw: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[tuple[str, Words], ...]]:
    short: dict[str, tuple[tuple[str, Words], ...]] = {}
    for form, full in _table(raw, "short", (), faults).items():
        if isinstance(full, str) and len(tokens(form)) == 1:
            known = short.get(folded(form), ())
            short[folded(form)] = (*known, (form, tuple(tokens(full))))
        else:
            faults.append(f"short.{form}: one word, and what it stands for in quotes")
    return short


def _dates(raw: Mapping[str, Any], faults: list[str]) -> dict[str, Words]:
    dates = _lists(raw, "dates", DATES, faults)
    for name, length in LENGTHS.items():
        if len(dates.get(name, ())) != length:
            faults.append(f"dates.{name}: must list {length} names in order")
    return dates


def _inner(table: Type) -> tuple[str, ...]:
    """List the columns that have a label within a row: in work the first is the words without."""
    return keys(table)[1:] if table is Type.WORK else keys(table)


def _options(raw: Mapping[str, Any], faults: list[str]) -> dict[str, dict[str, Words]]:
    wanted = [f.name for f in FIELDS.values() if f.options]
    table = _table(raw, "options", wanted, faults)
    return {n: _lists(table, n, FIELDS[n].options, faults) for n in table if n in wanted}


def _acts(raw: Mapping[str, Any], faults: list[str]) -> dict[str, dict[str, Any]]:
    table = _table(raw, "acts", [_name(m) for m in _meanings()], faults)
    faults += [f"acts.{n}: must be a table" for n, v in table.items() if not isinstance(v, dict)]
    return {name: value for name, value in table.items() if isinstance(value, dict)}


def _of_acts(raw: Mapping[str, Any], table: str, faults: list[str]) -> dict[Act, Words]:
    listed = _lists(raw, table, (), faults)
    faults += [f"{table}.{name}: no act has this name" for name in listed if name not in set(Act)]
    return {Act(name): words for name, words in listed.items() if name in set(Act)}


def _kinds(acts: Mapping[str, dict[str, Any]], faults: list[str]) -> dict[str, str]:
    report = acts.get(Act.REPORT.value, {})
    faults += [] if "kind" in report else ["acts.report.kind: is missing"]
    listed = _lists(report, "kind", REQUESTS, []) if "kind" in report else {}
    return {kind: words[0] for kind, words in listed.items()}


def _sayings(acts: Mapping[str, dict[str, Any]], faults: list[str]) -> dict[Saying, Words]:
    found: dict[Saying, Words] = {}
    for means in (m for m in _meanings() if _name(m) in acts):
        found |= _of_act(means, acts[_name(means)], f"acts.{_name(means)}", faults)
    return found


def _of_act(
    means: Means, table: Mapping[str, Any], where: str, faults: list[str]
) -> dict[Saying, Words]:
    """Read one act's table; the choices come first, so that they win over the plain phrase."""
    found: dict[Saying, Words] = {}
    for name, value in table.items():
        options = FIELDS[name].options if name in FIELDS else ()
        if options and isinstance(value, dict):
            for option, listed in value.items():
                place = f"{where}.{name}.{option}"
                faults += [] if option in options else [f"{place}: no such option"]
                found[Saying(*means, ((name, option),))] = _words(listed, place, faults)
        elif name not in ("type", "also", "asked"):
            faults.append(f"{where}.{name}: nothing has this name")
    if not isinstance(table.get("type"), str):
        faults.append(f"{where}.type: must be a phrase in quotes")
        return found
    also = _words(table["also"], f"{where}.also", faults) if "also" in table else ()
    asked = _words(table["asked"], f"{where}.asked", faults) if "asked" in table else ()
    return found | {Saying(*means): (table["type"], *also), Saying(*means, (), True): asked}


def _by_key(listed: Mapping[Any, Words], bare: Phrases) -> dict[str, tuple[Any, ...]]:
    """Turn meaning -> phrases round; a comma within a phrase may be left out by who types it."""
    found: dict[str, list[Any]] = {}
    for meaning, words in listed.items():
        for key in {k for word in words for k in _spellings(bare.key(word))}:
            found.setdefault(key, []).append(meaning)
    return {key: tuple(_first_of_each(meanings)) for key, meanings in found.items()}


def _spellings(key: str) -> tuple[str, str]:
    return key, " ".join(word for word in key.split() if word.isalnum())


def _first_of_each(meanings: Sequence[Any]) -> Iterator[Any]:
    """Keep the first saying of each act and answer: the one that says most."""
    seen = set()
    for meaning in meanings:
        same = meaning.means if isinstance(meaning, Saying) else meaning
        if same not in seen:
            seen.add(same)
            yield meaning


def _overlaps(phrases: Phrases) -> Iterator[str]:
    """Find phrases that two acts open in one state share: nobody could tell which was meant."""
    for key, sayings in phrases.sayings.items():
        for one, other in combinations(sayings, 2):
            if _places(one) & _places(other):
                yield f'"{key}" means both {_name(one.means)} and {_name(other.means)}'


def _places(saying: Saying) -> set[tuple[State | None, Kind]]:
    return {
        (state, kind)
        for step in STEPS
        if (step.act, step.answer) == saying.means
        for state in step.sources or (None,)
        for kind in step.kinds
    }


def _ambiguous_labels(phrases: Phrases) -> Iterator[str]:
    for act, answer in _meanings():
        step = step_of(act, answer)
        seen: dict[str, str] = {}
        for name in fields_of(step):
            for label in phrases.labels.get(name, ()):
                other = seen.setdefault(phrases.key(label), name)
                if other != name:
                    yield f'label "{label}" means both {other} and {name} in {_name((act, answer))}'
        yield from _hidden_labels(step, phrases)


def _hidden_labels(step: Step, phrases: Phrases) -> Iterator[str]:
    """Within a row its own labels are read first: the act's labels must not be among them."""
    names = fields_of(step)
    for table in {FIELDS[name].type for name in names} & set(TABLES):
        inner = {phrases.key(word) for words in phrases.tables[table].values() for word in words}
        for label in (label for name in names for label in phrases.labels.get(name, ())):
            if phrases.key(label) in inner:
                yield f'label "{label}" of {_name((step.act, step.answer))} is also in [{table}]'
