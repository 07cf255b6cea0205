"""Fills an Excel template with a view, and says what is wrong with one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from mailflow.errors import Permanent
from workbook_sync import fill
from workbook_sync.errors import WorkbookError


def fill_workbook(view: Mapping[str, Any], template: Path) -> bytes:
    """Fill an Excel template and give the .xlsx; `view` is of the kind that `WORKBOOKS` says.

    Raises Permanent when the template is broken or names what the view has not.
    """
    try:
        return fill.fill(template.read_bytes(), {name: _told(v) for name, v in view.items()})
    except KeyError as error:
        raise Permanent(f"template {template.name}: {error} is undefined") from error
    except (WorkbookError, OSError) as error:
        raise Permanent(f"template {template.name}: {error}") from error


def _told(value: Any) -> Any:
    """Make a part of a view words: nothing at all is empty, lines stand under each other."""
    if isinstance(value, Mapping):
        return {name: _told(item) for name, item in value.items()}
    if isinstance(value, list) and not all(isinstance(item, Mapping) for item in value):
        return "\n".join(map(str, value))
    if isinstance(value, list):
        return [_told(item) for item in value]
    return "" if value is None else str(value)


def workbook_faults(template: Path, view: Any) -> list[str]:
    """List what is wrong with an Excel template for a kind of view, without its path."""
    try:
        data = template.read_bytes()
        used, faults = fill.names_in(data), fill.template_faults(data)
    except (WorkbookError, OSError) as error:
        return [str(error)]
    known = set(_names(view))
    unknown = sorted(".".join(filter(None, name)) for name in used - known)
    unused = sorted(set(get_type_hints(view)) - {first for first, _ in used})
    return [
        *faults,
        *(f"unknown name {{{{ {name} }}}}" for name in unknown),
        *(f"never prints {{{{ {name} }}}}" for name in unused),
    ]


def _names(view: Any) -> list[tuple[str, str]]:
    """Give the names of a view, those inside its parts with the part's before them."""
    names = []
    for name, hint in get_type_hints(view).items():
        kind = get_args(hint)[0] if get_origin(hint) is list else hint
        inner = get_type_hints(kind) if is_typeddict(kind) else [""]
        names += [(name, second) for second in inner]
    return names
