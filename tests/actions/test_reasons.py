"""Every reason the program can give stands in config/reasons.toml, and nothing else does."""

import ast
import string
from pathlib import Path

import pytest

from mailflow.actions import reasons
from mailflow.errors import Misconfigured
from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.terms import Act, Disposition, State
from tests.actions.raised import HANDED_ON, Raised, Unresolved, literals, raised, raised_in
from tests.components import ROOT

FILE = ROOT / "config/reasons.toml"
REASONS = reasons.load(FILE)
ALL = tuple(raised())
SENTENCES = sorted({(r.table, r.key) for r in ALL if isinstance(r, Raised)})
SHOWN = {
    "act": (Act.PRESENT.value, labels.ACT[Act.PRESENT]),
    "state": (State.SUBMITTED.value, labels.STATE[State.SUBMITTED]),
    "field": ("deadline", FIELDS["deadline"].label),
    "date": ("2026-03-05", "05/3/2026"),
    "deadline": ("2026-02-05", "05/02/2026"),
    "current": ("2026-12-31", "31/12/2026"),
    "value": (Disposition.REPAIR.value, labels.DISPOSITION[Disposition.REPAIR]),
}
"""Details that are shown otherwise than they are kept: what is kept, what people read."""

BOTH = frozenset({"field", "value"})


def test_the_walk_leaves_no_reason_out() -> None:
    """Where the walk cannot tell the reason, the place hands on what another place raised."""
    unknown = [r for r in ALL if isinstance(r, Unresolved) and r.expression not in HANDED_ON]
    assert unknown == []


def test_every_reason_raised_has_its_sentence() -> None:
    """A reason without a sentence would stop the letter it should answer."""
    lacking = [
        r for r in ALL if isinstance(r, Raised) and r.key not in REASONS.tables.get(r.table, {})
    ]
    assert lacking == []


def test_every_sentence_is_somebodys_answer() -> None:
    """A sentence that nothing raises is dead; where a key is handed on, it begins as a literal."""
    kept = {(table, key) for table, sentences in REASONS.tables.items() for key in sentences}
    handed_on = {table for r in ALL if isinstance(r, Unresolved) for table in r.tables}
    said = literals()
    dead = {(t, k) for t, k in kept - set(SENTENCES) if t not in handed_on or k not in said}
    assert dead == set()


@pytest.mark.parametrize(("table", "key"), SENTENCES)
def test_a_sentence_reads_well_with_the_details_it_is_given(table: str, key: str) -> None:
    """Every place that raises it gives all it names; days, acts and fields are in words."""
    named = {name for _, name, _, _ in string.Formatter().parse(REASONS.tables[table][key]) if name}
    for place in (r for r in ALL if isinstance(r, Raised) and (r.table, r.key) == (table, key)):
        given = place.details if (table, key) != ("asked", "missing") else frozenset({"fields"})
        assert named <= given, place
        details = {name: SHOWN.get(name, (f"‹{name}›",))[0] for name in given}
        sentence = REASONS.say(table, key, details)
        assert all(SHOWN.get(name, ("", f"‹{name}›"))[1] in sentence for name in named), sentence
        assert sentence[0].isupper() or sentence[0] in "“0123456789"
        assert sentence.endswith((".", "?", "…", "”"))
        assert not set("{}_") & set(sentence)


def test_a_refusal_says_on_which_clause_it_rests() -> None:
    """A clause of the procedure is named; a house rule has none to name."""
    assert "(Mục 5.4 của quy trình.)" in REASONS.refused("not_a_party", {}, "5.4")
    assert "Mục" not in REASONS.refused("not_a_party", {}, "")


@pytest.mark.parametrize("text", ['[refused]\nx = "', "", '[refused]\nx = "chữ"'])
def test_a_broken_file_stops_the_start_and_is_named(tmp_path: Path, text: str) -> None:
    """The sentences are read once, at the start: no letter is the first to find a fault."""
    file = tmp_path / "reasons.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"reasons\.toml"):
        reasons.load(file)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            "Refused('a', step.clause, {'act': x})",
            [Raised("m:1", "refused", "a", frozenset({"act"}))],
        ),
        ("Refused(reason='b')", [Raised("m:1", "refused", "b", frozenset())]),
        ("Doubt('asked', 'c' if x else 'd')", ["c", "d"]),
        ("house.reasons.say('held', 'e')", ["e"]),
        ("Triage(words())", [Unresolved("m:1", "words()", frozenset({"triage"}))]),
        ("Problem(field, words, 'f')", [Raised("m:1", "asked", "value_f", BOTH)]),
        ("Unclear(code, 'no_such_request', code)", [("refused", "no_such_request")]),
        ("Denied(columns, 'register', 'g')", []),
        ("other.say('hello')", []),
    ],
)
def test_the_walk_finds_what_is_raised(code: str, found: list[object]) -> None:
    """The rules above can fail: every way to give a reason is seen, its neighbours are not."""
    seen = list(raised_in(ast.parse(f"def f(): {code}"), "m"))
    assert len(seen) == len(found)
    for one, wanted in zip(seen, found, strict=True):
        if isinstance(wanted, str):
            assert isinstance(one, Raised)
            assert one.key == wanted
        elif isinstance(wanted, tuple):
            assert isinstance(one, Raised)
            assert (one.table, one.key) == wanted
        else:
            assert one == wanted
