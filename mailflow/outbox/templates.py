"""The mail templates: a sandboxed jinja2 environment, and what is wrong with them at the start."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    meta,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailflow.errors import Permanent
from mailflow.outbox.page import NAMES, render_page
from mailflow.outbox.specimen import OTHER_KINDS, SPECIMEN_TOKEN, specimen
from mailflow.procedure.steps import STEPS

LAYOUTS = ("_layout.html", "_layout.txt", "_subject.txt")

_UNBROKEN = re.compile(r"\b([A-Z0-9]{1,12}-\d{4}-\d{4,6}-[A-Z]|\d{1,2}/\d{1,2}/\d{4})\b")


def open_templates(folders: Sequence[Path]) -> Environment:
    """Make the environment that reads the mail templates, the first folder that has one wins.

    A template is code: sandboxed, strict about names, HTML escaped.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["pieces"] = pieces
    return environment


def pieces(text: str) -> list[str]:
    """Cut words at their codes and days, which a line must not break: every second piece is one."""
    return _UNBROKEN.split(text)


def template_faults(folders: Sequence[Path]) -> list[str]:
    """List what is wrong with the mail templates, one English line each, none when all is well.

    Every template is parsed for unknown names and rendered on a specimen of each act and answer,
    so a misspelt name in an agency's own file is found at the start, not in the field.
    """
    environment = open_templates(folders)
    loader = FileSystemLoader(folders)
    faults = [fault for name in _wanted() for fault in _faults_of(name, loader, environment)]
    if faults:
        return faults
    rendered = (_rendering_fault(environment, kind, answer) for kind, answer in _occasions())
    return list(dict.fromkeys(fault for fault in rendered if fault))


def _occasions() -> list[tuple[str, str]]:
    acts = [(step.act.value, step.answer) for step in STEPS]
    return list(dict.fromkeys([*acts, *((kind, "") for kind in OTHER_KINDS)]))


def _wanted() -> list[str]:
    kinds = dict.fromkeys(kind for kind, _ in _occasions())
    return [*LAYOUTS, *(f"{kind}.txt" for kind in kinds)]


def _faults_of(name: str, loader: FileSystemLoader, environment: Environment) -> Iterator[str]:
    try:
        source, _, _ = loader.get_source(environment, name)
        unknown = meta.find_undeclared_variables(environment.parse(source, name)) - NAMES
    except TemplateSyntaxError as error:
        yield f"templates/mail/{name}, line {error.lineno}: {error.message}"
    except TemplateError:
        yield f"templates/mail/{name} is absent"
    except UnicodeDecodeError:
        yield f"templates/mail/{name} is not written in UTF-8"
    else:
        for variable in sorted(unknown):
            known = ", ".join(sorted(NAMES))
            yield f"templates/mail/{name}: unknown name {variable}; known: {known}"


def _rendering_fault(environment: Environment, kind: str, answer: str) -> str:
    try:
        render_page(specimen(kind, answer), environment, SPECIMEN_TOKEN)
    except Permanent as error:
        return str(error)
    return ""
