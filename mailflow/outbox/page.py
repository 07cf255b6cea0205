"""What a mail says: a notice's context becomes a subject, a text and an HTML page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import css_inline
from jinja2 import Environment, TemplateError

from mailflow.actions.context import Ask, Choice, Context, Stage
from mailflow.errors import Permanent
from mailflow.outbox.address import MARKER, clean, mailto
from mailflow.procedure.folding import nfc

HTML_LIMIT = 100_000
"""Octets above which Gmail cuts a mail off ("clipped")."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ANSWERED = re.compile(
    r"^(?:(?:re|aw|fwd?|tl|tr|ct|trả lời|chuyển tiếp)\s?:\s*)+(?=\S)", re.IGNORECASE
)
_BLANK_LINES = re.compile(r"\n{3,}")
_CSS = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Page:
    """A mail's words, before headers and files."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Limits:
    """How much a page shows: characters of a value, rows of a table, with buttons or without."""

    value: int
    rows: int
    buttons: bool


NAMES = frozenset(Context.__annotations__) | {
    "subject",
    "marker",
    "who",
    "own",
    "step",
    "row_limit",
    "files",
    "sentences",
}
"""Every name a template may use."""

LIMITS = (
    Limits(1_200, 40, True),
    Limits(300, 25, True),
    Limits(120, 10, False),
    Limits(120, 4, False),
    Limits(60, 2, False),
)
"""Tried in turn until the HTML is under `HTML_LIMIT`; words to type are never left out."""


def render_page(
    context: Context, environment: Environment, token: str, file_names: Sequence[str] = ()
) -> Page:
    """Render a notice's page; `token` is empty when nothing is asked.

    Raises Permanent when a template is absent or at fault.
    """
    try:
        return _render(context, environment, token, file_names)
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise Permanent(f"templates/mail/{context['kind']}.txt: {error}") from error


def _render(
    context: Context, environment: Environment, token: str, file_names: Sequence[str]
) -> Page:
    subject = render_subject(context, environment)
    page = Page(subject, "", "")
    for limits in LIMITS:
        names = _names(context, subject, token, limits) | {"files": list(file_names)}
        names["sentences"] = _sentences(environment, context["kind"], names)
        text = environment.get_template("_layout.txt").render(names)
        html = _CSS.inline(environment.get_template("_layout.html").render(names))
        page = Page(subject, _BLANK_LINES.sub("\n\n", text).strip() + "\n", html)
        if len(html.encode()) < HTML_LIMIT:
            break
    return page


def render_subject(context: Context, environment: Environment) -> str:
    """Render the subject, one safe line; constant over the life of a request.

    An answer has one "Re: ", however often it was answered before.
    """
    shown = _shown(context, LIMITS[0])
    subject = clean(environment.get_template("_subject.txt").render({"digest": None, **shown}))
    return _ANSWERED.sub("Re: ", subject)


def _sentences(environment: Environment, kind: str, names: dict[str, Any]) -> list[str]:
    told = environment.get_template(f"{kind}.txt").render(names)
    return [line.strip() for line in told.splitlines() if line.strip()]


def _names(context: Context, subject: str, token: str, limits: Limits) -> dict[str, Any]:
    """Give the names a template may use: the context's keys and what is worked out from them."""
    shown = _shown(context, limits)
    request = shown["request"]
    token = token if limits.buttons else ""
    return {
        **shown,
        "digest": shown.get("digest"),
        "asks": [_answerable(ask, shown, subject, token) for ask in shown["asks"]],
        "subject": subject,
        "marker": MARKER,
        "who": _who(shown),
        "own": _is_own(shown),
        "step": _step(request["progress"]) if request else None,
        "row_limit": limits.rows,
    }


def _shown(context: Context, limits: Limits) -> Context:
    return cast(Context, _tidy({**context, "attachments": []}, limits.value))


def _tidy(value: Any, limit: int) -> Any:
    """Make every text printable NFC of at most `limit` characters, whatever people typed."""
    if isinstance(value, str):
        text = nfc(_UNPRINTABLE.sub("", value))
        return text if len(text) <= limit else text[:limit].rstrip() + " …"
    if isinstance(value, dict):
        return {key: _tidy(item, limit) for key, item in value.items()}
    if isinstance(value, list):
        return [_tidy(item, limit) for item in value]
    return value


def _is_own(context: Context) -> bool:
    happened = context["happened"]
    return bool(happened and happened["by"] and happened["by"] == context["person"]["id"])


def _who(context: Context) -> str:
    """Name whoever acted, as the beginning of a sentence."""
    happened = context["happened"]
    if happened is None:
        return ""
    if _is_own(context):
        return "Anh/chị"
    name, position = happened["by_name"] or "Chương trình", happened["by_position"]
    return f"{name} ({position})" if position else name


def _step(progress: Sequence[Stage]) -> dict[str, Any] | None:
    """Say where the request is on its way: number, total, label and what comes next."""
    for index, stage in enumerate(progress):
        if stage["standing"] == "now":
            coming = progress[index + 1]["label"] if index + 1 < len(progress) else ""
            return {
                "number": index + 1,
                "total": len(progress),
                "label": stage["label"],
                "next": coming,
            }
    return None


def _answerable(ask: Ask, shown: Context, subject: str, token: str) -> dict[str, Any]:
    """Add to each choice the words to type and its mailto button."""
    own = shown["request"]["code"] if shown["request"] else ""
    other = ask["request"] if ask["request"] != own else ""
    listed = ask.get("listed")
    subjects = _reply_subjects(ask["request"] or own, "" if other else subject)

    def with_button(choice: Choice) -> dict[str, Any]:
        written = f"{other}: {choice['type']}" if other else choice["type"]
        typed = f"{listed['number']}: {choice['type']}" if listed else written
        needed_first = sorted(choice["fields"], key=lambda field: not field["required"])
        lines = [written, *(f"{field['label']}: " for field in needed_first)]
        link = mailto(shown["agency"]["address"], subjects, lines, token) if token else ""
        return {**choice, "typed": typed, "mailto": link}

    choices, others = map(with_button, ask["choices"]), map(with_button, ask["others"])
    return {
        **ask,
        "other": other,
        "listed": listed,
        "choices": list(choices),
        "others": list(others),
    }


def _reply_subjects(code: str, subject: str) -> list[str]:
    """List subjects for a reply from the fullest to the shortest, each with the code."""
    shortest = f"Re: [{code}]" if code else "Re:"
    return [f"Re: {subject}", f"Re: {clean(subject, 60)}", shortest] if subject else [shortest]
