"""What is wrong with mailflow.toml, said to the IT officer: where, what, and what to write."""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

FILE = "mailflow.toml"
_SYNTAX_HINTS = (
    (r"[“”„‘’]", 'write straight quotes "…", not typographic ones'),
    (r"\\", "write paths with /, never with \\"),
    (r"=\s*[^\W\d_]", 'text must stand in quotes "…"'),
)
_WRONG = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number without quotes",
    "greater_than_equal": "{input!r} is too small, at least {ge}",
    "less_than_equal": "{input!r} is too large, at most {le}",
    "literal_error": "{input!r} is not one of {expected}",
    "string_pattern_mismatch": "{input!r} has another form than this key takes",
    "too_short": "is empty",
    "tuple_type": "must be a list in square brackets",
    "frozen_set_type": "must be a list in square brackets",
    "value_error": "{error}",
}


def syntax_fault(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Name the line that is not TOML; it is not quoted, since a password may stand on it."""
    place = re.search(r"line (\d+)", str(error))
    lines = text.splitlines() or [""]
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else lines[-1]
    hint = next((hint for mark, hint in _SYNTAX_HINTS if re.search(mark, line)), "")
    return f"{FILE}: {error}" + (f"; {hint}" if hint else "")


def value_faults(error: ValidationError, root: type[BaseModel]) -> list[str]:
    """Say each fault under `root` as `section.key: what is wrong; what to write`."""
    return [
        _sentence(one, root)
        for one in error.errors()
        if one["type"] != "default_factory_not_called"  # it follows from a key already named
    ]


def _sentence(error: Mapping[str, Any], root: type[BaseModel]) -> str:
    loc = [part for part in error["loc"] if part != "[key]"]
    where = _where(loc)
    if error["type"] == "extra_forbidden":
        return f"{where}: no such key; {_known_keys(loc, root)}"
    if len(loc) == 1 or error["type"] == "model_type":
        heading = "[[register]]" if loc[0] == "register" else f"[{loc[0]}]"
        return f"{where}: is not a section; write {heading} on a line of its own"
    pattern = _WRONG.get(error["type"])
    words = {"input": error["input"], **error.get("ctx", {})}
    wrong = pattern.format(**words) if pattern else f"is wrong: {error['msg']}"
    advice = "" if "[key]" in error["loc"] else _advice(loc, root)
    return f"{where}: {wrong}{advice}"


def _where(loc: Sequence[int | str]) -> str:
    """Write a place as people count: ("register", 0, "path") is register[1].path."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _known_keys(loc: Sequence[int | str], root: type[BaseModel]) -> str:
    section = root if len(loc) == 1 else _section(loc, root)
    keys = list(_fields(section or root))
    near = difflib.get_close_matches(str(loc[-1]), keys, 1)
    return f"write {near[0]}" if near else f"the keys here are {', '.join(keys)}"


def _advice(loc: Sequence[int | str], root: type[BaseModel]) -> str:
    """Show a line that works: the key's example, or else its default."""
    names = [str(part) for part in loc if isinstance(part, str)]
    section = _section(loc, root)
    field = _fields(section)[names[1]] if section else _fields(root)[names[0]]
    example = field.examples[0] if field.examples else field.default
    written = json.dumps(example, ensure_ascii=False, default=str)
    return f"; write for example {names[-1]} = {written}"


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _section(loc: Sequence[int | str], root: type[BaseModel]) -> type[BaseModel] | None:
    """Find the section a key lies in; [limits] has no keys of its own, only names."""
    return _nested(_fields(root)[str(loc[0])].annotation)


def _nested(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _nested(arg))), None)
