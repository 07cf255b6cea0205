"""Finds every reason the program can give by walking its syntax trees, not by a list."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from mailflow.intake import beside, decide
from mailflow.intake.lines.values import Problem
from mailflow.intake.reading.signatures import Why
from mailflow.intake.senders.sender import Standing
from mailflow.intake.wording import Read, Unclear
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import When
from mailflow.procedure.terms import Act
from tests.components import ROOT

Details = frozenset[str]
UNKNOWN = "?"


@dataclass(frozen=True)
class Raised:
    """One sentence that a place in the code can give, with the names of its details."""

    place: str
    table: str
    key: str
    details: Details


@dataclass(frozen=True)
class Unresolved:
    """A place whose reason the walk cannot tell; it must hand on what another place raised."""

    place: str
    expression: str
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shape:
    """Where a call has its key, table and details: the number of the argument, or a table."""

    key: int
    table: str | int = "refused"
    details: int | None = None


CALLS: Mapping[str, Shape] = {
    "Refused": Shape(0, details=2),
    "Fault": Shape(0, details=1),
    "reasons.refused": Shape(0, details=1),
    "reasons.say": Shape(1, 0, 2),
    "Doubt": Shape(1, 0, 3),
    "Denied": Shape(2, 1, 3),
    "Triage": Shape(0, "triage"),
    "triage": Shape(4, "triage"),
    "for_secretary": Shape(4, "triage"),
    "Unclear": Shape(1, "unclear"),
    "Problem": Shape(2, "problem"),
    "unread": Shape(0, "problem"),
    "Flaw": Shape(1, 0, 2),
}
"""Every way to give a reason: the tables `unclear` and `problem` are turned by `intake.decide`."""

HANDED_ON = frozenset(
    {
        "fault.reason",  # a Fault of procedure/faults
        "target.why",  # an Unmeasurable of procedure/targets
        "problem.reason",  # a Refused
        "read.why",  # an Unclear
        "f'value_{first.why}'",  # a Problem
        "f'value_{problem.why}'",  # the same, of a blank of a form
        "f'value_{value.why}'",  # an Unread of a register's cell
        "doubt.reason",  # a Doubt
        "decision.reason",  # a Triage
        "found.key",  # a Denied
        "flaw.key",  # a Flaw
        "unreadable.reason",  # a Doubt
        "reason",  # the argument of settle.triage and settle.for_secretary
        "key",  # the argument of Reasons.refused
        "why",  # what is wrong with a file, a signature or a value: a literal where it was found
        "*wrong",  # the same of a clause
    }
)

SETTLED = ("known", "shared")
"""Senders whom the desk answers; the others' letters wait for the secretary."""

COMPUTED: Mapping[str, frozenset[str]] = {
    "step.when.value": frozenset(s.when.value for s in STEPS) - {When.ALWAYS.value},
    "signature.why": frozenset(get_args(Why)),
    "next((p for p in SHUT if p in facts.letter.problems), None)": frozenset(decide.SHUT),
    "f'{facts.sender.standing}_sender'": frozenset(
        f"{standing}_sender" for standing in get_args(Standing) if standing not in SETTLED
    ),
}


MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "mailflow").rglob("*.py"))
}


def raised() -> Iterator[Raised | Unresolved]:
    """Walk the package; `register` sentences stand in registers/lines and are no reasons."""
    for name, module in MODULES.items():
        yield from raised_in(module, name)


def literals() -> set[str]:
    """List every text that stands in the package: what is handed on begins as one of them."""
    return {text for module in MODULES.values() for n in ast.walk(module) for text in _text_of(n)}


def raised_in(module: ast.Module, name: str) -> Iterator[Raised | Unresolved]:
    """Walk one module: each call of CALLS, with the names its function or module gives values."""
    tables = _assigned(module.body)
    for scope in (n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)):
        known = {**tables, **_assigned(ast.walk(scope))}
        for call in (n for n in ast.walk(scope) if isinstance(n, ast.Call)):
            shape = CALLS.get(_called(call))
            if shape:
                yield from _of_call(call, shape, known, f"{name}:{call.lineno}")


def _called(call: ast.Call) -> str:
    """Name what is called; methods of Reasons with the word before the dot."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    if not isinstance(call.func, ast.Attribute):
        return ""
    owner = ast.unparse(call.func.value).split(".")[-1]
    return f"reasons.{call.func.attr}" if owner in ("reasons", "self") else call.func.attr


def _assigned(nodes: Iterator[ast.AST] | list[ast.stmt]) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _of_call(
    call: ast.Call, shape: Shape, known: Mapping[str, ast.expr], place: str
) -> Iterator[Raised | Unresolved]:
    said = _argument(call, shape.key, "reason")
    keys = _strings(said, known)
    table = shape.table
    tables = _strings(_argument(call, table, ""), known) if isinstance(table, int) else {table}
    if UNKNOWN in keys:
        yield Unresolved(place, ast.unparse(said) if said else "", frozenset(tables))
    named = _names(_argument(call, shape.details, "details"), known)
    for one in sorted(tables - {"register"}):
        yield from (_turned(place, one, key, named) for key in sorted(keys - {"", UNKNOWN}))


def _argument(call: ast.Call, place: int | None, keyword: str) -> ast.expr | None:
    if place is not None and place < len(call.args):
        return call.args[place]
    return next((k.value for k in call.keywords if k.arg == keyword), None)


def _strings(node: ast.expr | None, known: Mapping[str, ast.expr]) -> set[str]:
    """List the texts an expression can have, UNKNOWN among them when the walk cannot tell."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return _strings(one, known) | _strings(other, known)
        case ast.Subscript(value=ast.Name(id=name)):
            table = known.get(name)
            return {t for v in getattr(table, "values", ()) for t in _text_of(v)} or {UNKNOWN}
        case ast.Tuple(elts=several):
            return {text for one in several for text in _strings(one, known)}
        case ast.Call(func=ast.Name(id="next"), args=[ast.GeneratorExp(generators=[each]), _]):
            return _strings(each.iter, known)
        case ast.Name(id=name) if name in known:
            return _strings(known[name], {k: v for k, v in known.items() if k != name})
    return set(COMPUTED.get(ast.unparse(node), [UNKNOWN])) if node else {UNKNOWN}


def _text_of(node: ast.AST) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _names(node: ast.expr | None, known: Mapping[str, ast.expr]) -> Details:
    """List the names of details given as {"name": …} or (("name", …), …)."""
    if isinstance(node, ast.Name) and node.id in known:
        return _names(known[node.id], known)
    if isinstance(node, ast.Dict):
        named = frozenset(t for key in node.keys if key for t in _text_of(key))
        more = [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
        return named.union(*(_names(one, known) for one in more))
    pairs = node.elts if isinstance(node, ast.Tuple) else []
    firsts = (pair.elts[0] for pair in pairs if isinstance(pair, ast.Tuple))
    return frozenset(t for first in firsts for t in _text_of(first))


def _turned(place: str, table: str, key: str, named: Details) -> Raised:
    """Take the table, key and details that the desk gives an Unclear or a Problem."""
    doubt = None
    if table == "unclear":
        doubt = beside.unclear(Unclear("", key, "chữ"))
    if table == "problem":
        wrong = Problem("deadline", "chữ", key)
        doubt = decide._problem(Read("", Act.EXTEND, "", {}, {}, (wrong,)))
    if doubt is None:
        return Raised(place, table, key, named)
    return Raised(place, doubt.table, doubt.reason, frozenset(dict(doubt.details)))
