"""Finds in the code whatever changes something outside, and the points that stand around it.

A boundary is a call after which the world is another: a commit, a file renamed or linked, a word
to a mail server, bytes put into a shared file. Files written under a name that nobody reads yet
are none: their rename is. The demo writes for nobody.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

from tests.components import ROOT

RENAMES = frozenset({"commit", "rename", "hardlink_to", "symlink_to", "link", "move", "create"})
SMTP = frozenset({"mail", "rcpt", "data", "sendmail", "send_message"})
CALLED_ON = {"create": "folder", "append": "client", "begin": "engine"}
WRITES = frozenset({"write", "truncate"})


def sources() -> Iterator[Path]:
    """List the modules of both packages that do an agency's work."""
    for package in ("mailflow", "workbook_sync"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"demo", "migrations"} & set(path.relative_to(ROOT).parts):
                yield path


def points() -> Iterator[str]:
    """Name every failpoint in the code, as often as it stands there."""
    for path in sources():
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call) and _name(node.func) == "failpoint":
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), f"{path}:{node.lineno}: not a plain name"
                yield str(argument.value)


def bare(path: Path, tree: ast.AST | None = None) -> Iterator[str]:
    """Say where a module crosses a boundary without a failpoint right before and right after."""
    parents = _parents(tree or _tree(path))
    for node in parents:
        if isinstance(node, ast.Call) and _changes(node, shared="workbook_sync" in path.parts):
            for way, step in (("before", -1), ("after", 1)):
                if not _stands(node, parents, step):
                    yield f"{path.name}:{node.lineno}: no failpoint {way} it"


def crossings(path: Path) -> int:
    """Count the boundaries of a module."""
    shared = "workbook_sync" in path.parts
    calls = (node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call))
    return sum(_changes(call, shared=shared) for call in calls)


def _changes(call: ast.Call, *, shared: bool) -> bool:
    """Say whether a call is a boundary; `shared` modules write into files of other people."""
    name, of = _name(call.func), _name(getattr(call.func, "value", None))
    if name == "allowed":
        return True
    if name == "replace":
        return isinstance(call.func, ast.Attribute) and len(call.args) == 1 and not call.keywords
    if name in CALLED_ON:
        return of == CALLED_ON[name]
    if of == "smtp":
        return name in SMTP
    if name in WRITES:
        return shared and of.endswith("handle")
    return isinstance(call.func, ast.Attribute) and name in RENAMES


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _stands(node: ast.AST, parents: dict[ast.AST, ast.AST | None], step: int) -> bool:
    """Say whether the statement next to a node, or to what it is the edge of, is a failpoint."""
    inner: ast.AST | None = node
    while inner is not None and not isinstance(inner, ast.FunctionDef):
        outer = parents[inner]
        if isinstance(inner, ast.stmt) and outer is not None:
            block = _block(outer, inner)
            place = block.index(inner) + step
            if _opens(inner, node) and step < 0:
                return _is_point(inner.body[-1])
            if 0 <= place < len(block):
                return _is_point(block[place])
        inner = outer
    return False


def _opens(statement: ast.stmt, node: ast.AST) -> TypeGuard[ast.With]:
    """Say whether a call opens a `with` block, at whose end its change takes place."""
    return isinstance(statement, ast.With) and any(i.context_expr is node for i in statement.items)


def _is_point(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and _name(statement.value.func) == "failpoint"
    )


def _block(outer: ast.AST, inner: ast.stmt) -> list[ast.stmt]:
    blocks = (getattr(outer, name, None) for name in ("body", "orelse", "finalbody"))
    return next(block for block in blocks if isinstance(block, list) and inner in block)


def _parents(tree: ast.AST) -> dict[ast.AST, ast.AST | None]:
    found: dict[ast.AST, ast.AST | None] = {tree: None}
    for node in ast.walk(tree):
        found.update(dict.fromkeys(ast.iter_child_nodes(node), node))
    return found


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
