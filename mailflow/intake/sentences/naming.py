"""All the ways in which the people and units of a roster are named in running words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailflow.intake.lines.matching import longest_start
from mailflow.phrases import Phrases, Words, fold, said, tokens
from mailflow.procedure.people import UNIT_PREFIX, Person, Roster

MOST_NAME_WORDS = 6

Name = tuple[str, ...]


@dataclass(frozen=True)
class Namebook:
    """Names by their folded first word: (words, parties, whether a title must stand before)."""

    names: dict[str, list[tuple[Name, tuple[str, ...], bool]]]
    units: dict[str, list[tuple[Name, str]]]
    unit_of: dict[str, str]
    titles: Words
    before_unit: Words

    @staticmethod
    def of(roster: Roster, phrases: Phrases) -> "Namebook":
        """Give the book of a roster; made once for the roster of a day."""
        return _book(roster, phrases)

    def longest(self, words: Sequence[str], handed: bool) -> tuple[int, tuple[str, ...]]:
        """Give how many words name somebody here, and whom: several ids are ambiguous.

        "Lan", "chị Lan", "Lan (Phòng Kế hoạch)", "trưởng phòng kế hoạch", "P. Kế hoạch"; a last
        name alone needs a title, a capital or to be `handed` work, since "mai" is a word too.
        """
        title = longest_start(words, self.titles)
        if title and words[title : title + 1] == ["."]:
            title += 1
        named = self._named(words[title:], titled=title > 0 or handed)
        if not named and title:
            title, named = 0, self._named(words, titled=handed)
        if not named:
            return 0, ()
        length, parties = named
        return self._narrowed(words, title + length, parties)

    def _named(self, words: Sequence[str], *, titled: bool) -> tuple[int, tuple[str, ...]] | None:
        best: dict[int, list[str]] = {}
        for name, parties, needs_title in self.names.get(fold(words[0]) if words else "", ()):
            typed = words[: len(name)]
            known = len(typed) == len(name) and all(map(said, typed, name))
            if known and (titled or not needs_title or typed[0][:1].isupper()):
                best.setdefault(len(name), []).extend(parties)
        if not best:
            return None
        length = max(best)
        return length, tuple(dict.fromkeys(best[length]))

    def _narrowed(
        self, words: Sequence[str], length: int, parties: tuple[str, ...]
    ) -> tuple[int, tuple[str, ...]]:
        """Take the unit behind a name for telling people of one name apart."""
        people = [p for p in parties if not p.startswith(UNIT_PREFIX)]
        between = longest_start(words[length:], self.before_unit)
        for skip in dict.fromkeys((between, 0)):
            place = length + skip
            found = self._unit(words[place:])
            if people and found:
                size, unit = found
                within = tuple(p for p in people if self.unit_of.get(p) == unit)
                closed = words[place + size : place + size + 1] == [")"]
                if within:
                    return place + size + closed, within
        return length, parties

    def _unit(self, words: Sequence[str]) -> tuple[int, str] | None:
        best: tuple[int, str] | None = None
        for name, unit in self.units.get(fold(words[0]) if words else "", ()):
            typed = words[: len(name)]
            if len(typed) == len(name) and all(map(said, typed, name)):
                best = max(best or (0, ""), (len(name), unit))
        return best


@lru_cache(maxsize=4)
def _book(roster: Roster, phrases: Phrases) -> Namebook:
    names: dict[str, list[tuple[Name, tuple[str, ...], bool]]] = {}
    for name, party, needs_title in _all_names(roster, phrases):
        names.setdefault(fold(name[0]), []).append((name, (party,), needs_title))
    units: dict[str, list[tuple[Name, str]]] = {}
    for unit in roster.units:
        for name in _unit_names((unit.name, *unit.aliases), phrases):
            units.setdefault(fold(name[0]), []).append((name, unit.name))
    unit_of = {p.id: p.unit for p in roster.people}
    reading = phrases.reading
    return Namebook(names, units, unit_of, reading["titles"], reading["before_unit"])


def _all_names(roster: Roster, phrases: Phrases) -> Iterator[tuple[Name, str, bool]]:
    for person in roster.people:
        yield from ((name, person.id, len(name) == 1) for name in _called(person))
        yield from ((name, person.id, False) for name in _posts(person, roster, phrases))
    for unit in roster.units:
        named = (
            *(tuple(tokens(n)) for n in (unit.name, *unit.aliases)),
            *_initials(unit.name, phrases),
        )
        yield from ((name, UNIT_PREFIX + unit.name, False) for name in named)


def _called(person: Person) -> Iterator[Name]:
    """The full name and each end of it: "Hoàng Văn Nam", "Văn Nam", "Nam"."""
    parts = tuple(tokens(person.name))[-MOST_NAME_WORDS:]
    yield from (parts[start:] for start in range(len(parts)))


def _posts(person: Person, roster: Roster, phrases: Phrases) -> Iterator[Name]:
    """A post that names one person: "Giám đốc", "Trưởng phòng Kế hoạch", "lãnh đạo VP"."""
    if person.position:
        yield tuple(tokens(person.position))
        unit = next((u for u in roster.units if u.name == person.unit), None)
        for name in (unit.name, *unit.aliases) if unit else ():
            yield from _with_unit(tuple(tokens(person.position)), tuple(tokens(name)))
            yield from _by_alias(person.position, person.unit, name)
    if roster.head_of(person.unit) == person:
        heads = phrases.reading["heads"]
        yield from ((*tokens(head), *tokens(person.unit)) for head in heads)


def _with_unit(position: Name, unit: Name) -> Iterator[Name]:
    """Join a post and a unit, with the word that both have said once."""
    if position[-len(unit) :] == unit:
        return
    yield (*position, *unit)
    for size in range(len(unit) - 1, 0, -1):
        ends, starts = [fold(w) for w in position[-size:]], [fold(w) for w in unit[:size]]
        if ends == starts:
            yield (*position, *unit[size:])


def _by_alias(position: str, unit: str, alias: str) -> Iterator[Name]:
    """A post that ends with its unit's name, by another of its names: "Chánh VP"."""
    if fold(position).endswith(fold(unit)):
        yield (*tokens(position[: -len(unit)]), *tokens(alias))


def _unit_names(names: Sequence[str], phrases: Phrases) -> Iterator[Name]:
    """A unit's names, and each without its kind: "Phòng Kế hoạch" is "kế hoạch" behind a name."""
    for name in names:
        parts = tuple(tokens(name))
        yield parts
        kind = longest_start(parts, phrases.reading["unit_kinds"])
        if 0 < kind < len(parts):
            yield parts[kind:]


def _initials(name: str, phrases: Phrases) -> Iterator[Name]:
    """A unit's kind and the initials of the rest: "Phòng KH", "P. KH"."""
    parts = tuple(tokens(name))
    kind = longest_start(parts, phrases.reading["unit_kinds"])
    letters = "".join(part[0] for part in parts[kind:] if part[0].isalpha()).upper()
    if kind > 0 and len(letters) > 1:
        yield (*parts[:kind], letters)
        yield (parts[0][0].upper(), ".", letters)
