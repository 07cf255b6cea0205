"""The shape the code keeps: small files, small functions, nothing forbidden, reasons given."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.components import ROOT, need

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
TOP_LEVEL = {
    *("mailflow", "workbook_sync", "templates", "config", "tests", "docs", "benchmarks", ".ci"),
    *("README.md", "ARCHITECTURE.md", "DECISIONS.md", "CHANGELOG.md"),
    *("pyproject.toml", "requirements.lock", "Makefile", "Dockerfile", "compose.yaml"),
    *(".gitignore", ".dockerignore"),
}
ALLOWED = {
    ("mailflow/clock.py", "the clock"): "the one place that asks the machine for the time",
    ("mailflow/intake/desk.py", "broad except"): "one letter's failure never stops the next",
    ("mailflow/daemon/loop.py", "broad except"): "one job's failure never stops the next",
    ("mailflow/registers/consolidated.py", "broad except"): "no register holds a report up",
    ("mailflow/cli/", "print"): "the console speaks to people",
    ("workbook_sync/__main__.py", "print"): "the library's console speaks to people",
}
CLOCK_CALLS = {"now", "utcnow", "today"}
PROMISES = re.compile("TO" + "DO|FIX" + "ME|X" + "XX")
REGISTRIES = re.compile(
    "py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(org|com)|crates" + ".io"
)
NOQA_WITH_REASON = re.compile(r"noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*\W+(?=.*\w{2,}\W+\w{2,})")
IGNORE_WITH_REASON = re.compile(r"type: ignore\[[\w, -]+\]\W+(?=.*\w{2,}\W+\w{2,})")


@cache
def project_files() -> tuple[Path, ...]:
    """List the files that are, or with the next commit would be, in the repository."""
    listing = subprocess.run(
        [need("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a module once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Name a file as a person would, from the root."""
    return path.relative_to(ROOT).as_posix()


MODULES = sorted(p for room in ("mailflow", "workbook_sync") for p in (ROOT / room).rglob("*.py"))
each_module = pytest.mark.parametrize("module", MODULES, ids=name_of)


@each_module
def test_a_module_begins_with_one_sentence(module: Path) -> None:
    """The first paragraph of a module's docstring says in one sentence what it is for."""
    summary = (ast.get_docstring(tree_of(module)) or "").partition("\n\n")[0]

    assert summary.endswith("."), "no docstring, or not a sentence"
    assert not re.search(r"[.!?]\s+[A-Z]", summary), f"more than one sentence: {summary}"


@each_module
def test_a_file_stays_readable(module: Path) -> None:
    """A file past the ceiling is split."""
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


@each_module
def test_a_function_fits_on_a_screen(module: Path) -> None:
    """A function past the ceiling is divided; its docstring counts."""
    long = {
        node.name: lines
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert not long


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk the functions and methods that others may call."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node


@each_module
def test_what_others_call_says_what_it_does(module: Path) -> None:
    """Every public function and method has a docstring."""
    silent = [f.name for f in public_functions(tree_of(module).body) if not ast.get_docstring(f)]

    assert not silent


def forbidden_in(node: ast.AST) -> str | None:
    """Name what is forbidden about this piece of code, if anything is."""
    match node:
        case ast.Call(func=ast.Name(id="print")):
            return "print"
        case ast.Call(func=ast.Attribute(attr=attr, value=owner)) if (
            attr in CLOCK_CALLS and ast.unparse(owner).split(".")[-1] in {"datetime", "date"}
        ) or (attr == "time" and ast.unparse(owner) == "time"):
            return "the clock"
        case ast.Attribute(attr="path", value=ast.Name(id="os")):
            return "os.path"
        case ast.ImportFrom(module="os.path") | ast.Import(names=[ast.alias(name="os.path")]):
            return "os.path"
        case ast.ImportFrom(module="os", names=names) if any(n.name == "path" for n in names):
            return "os.path"
        case ast.ExceptHandler(type=None):
            return "broad except"
        case ast.ExceptHandler(type=caught) if caught and {"Exception", "BaseException"} & {
            n.id for n in ast.walk(caught) if isinstance(n, ast.Name)
        }:
            return "broad except"
    return None


def is_allowed(module: Path, what: str) -> bool:
    """Tell whether the table names this file, or a folder it lies in, for this."""
    return any(name_of(module).startswith(place) and what == named for place, named in ALLOWED)


@each_module
def test_nothing_forbidden_is_used(module: Path) -> None:
    """No print, clock, os.path or broad except but where the table gives a reason."""
    found = [
        f"line {getattr(node, 'lineno', 0)}: {what}"
        for node in ast.walk(tree_of(module))
        if (what := forbidden_in(node)) and not is_allowed(module, what)
    ]
    assert not found


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("print(1)", "print"),
        ("datetime.now(UTC)", "the clock"),
        ("datetime.datetime.utcnow()", "the clock"),
        ("date.today()", "the clock"),
        ("time.time()", "the clock"),
        ("os.path.join(a)", "os.path"),
        ("from os.path import join", "os.path"),
        ("from os import path", "os.path"),
        ("import os.path", "os.path"),
        ("try: pass\nexcept: pass", "broad except"),
        ("try: pass\nexcept Exception: pass", "broad except"),
        ("try: pass\nexcept (OSError, BaseException) as e: pass", "broad except"),
        ("try: pass\nexcept OSError: pass\nclock.now(); path.now(); log.print(1)", None),
    ],
)
def test_the_search_for_forbidden_things_finds_them(code: str, what: str | None) -> None:
    """The rule above can fail: each forbidden thing is recognised, its neighbours are not."""
    found = {forbidden_in(node) for node in ast.walk(ast.parse(code))} - {None}

    assert found == ({what} if what else set())


def comments_of(path: Path) -> Iterator[str]:
    """Read a module's comments, each with its line number."""
    source = io.StringIO(path.read_text(encoding="utf-8"))
    for token in tokenize.generate_tokens(source.readline):
        if token.type == tokenize.COMMENT:
            yield f"{token.start[0]}: {token.string}"


def unexplained(comment: str) -> bool:
    """Tell whether a comment switches a check off without naming the rule and the reason."""
    for word, sound in (("noqa", NOQA_WITH_REASON), ("type: ignore", IGNORE_WITH_REASON)):
        if re.search(rf"#\s*{word}", comment) and not sound.search(comment):
            return True
    return False


def test_every_ignored_rule_carries_its_reason() -> None:
    """A check is switched off for one rule, with words saying why, in tests too."""
    silent = [
        f"{name_of(path)}:{comment}"
        for path in project_files()
        if path.suffix == ".py"
        for comment in comments_of(path)
        if unexplained(comment)
    ]
    assert not silent


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# noqa", True),
        ("# noqa: S603", True),
        ("# type: ignore", True),
        ("# type: ignore[misc]", True),
        ("# noqa: S603, because", True),
        ("# noqa: S603  the path comes from our own table", False),
        ("# noqa: BLE001  a fault in one job must not stop the others", False),
        ("# noqa: N802, ARG002 - aiosmtpd finds its hooks by these names", False),
        ("# type: ignore[misc]  # the stub lacks the argument", False),
    ],
)
def test_an_ignore_without_a_reason_is_recognised(comment: str, silent: bool) -> None:
    """The rule above can fail."""
    assert unexplained(comment) is silent


def test_every_rule_left_out_in_pyproject_has_its_reason() -> None:
    """Each rule that ruff is told to leave out stands on a line of its own, with words."""
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r'^(?:ignore|"[^"]+") = \[\n(.*?)^\]', config, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in lists for line in block.splitlines()]

    assert lines
    assert [line for line in lines if not re.fullmatch(r'"[A-Z]+\d*", +# .*\w.*', line)] == []


def text_of(path: Path) -> str:
    """Read a file as text; what is no text (a workbook, a picture) is empty."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("words", [PROMISES, REGISTRIES], ids=["promises", "registries"])
def test_no_file_holds_promises_or_the_host_of_a_registry(words: re.Pattern[str]) -> None:
    """What is not done is not in the code; where packages come from is the machine's affair."""
    found = [
        f"{name_of(path)}:{number}"
        for path in project_files()
        if "data" not in path.parts
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if words.search(line)
    ]
    assert not found


def test_the_top_level_holds_what_the_architecture_lists() -> None:
    """Nothing new settles beside the rooms."""
    assert {path.relative_to(ROOT).parts[0] for path in project_files()} <= TOP_LEVEL
