"""The HTML keeps to what Outlook's Word engine, phones and dark mode can show."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment
from lxml import html as lxml_html

from mailflow.outbox.page import HTML_LIMIT, render_page
from tests.outbox.build import TOKEN
from tests.outbox.samples import samples

WORD_SHOWS = re.compile(
    r"color|background-color|font-(family|size|weight|style)|line-height|text-(align|decoration)"
    r"|border(-(left|right|top|bottom))?(-(color|width|style))?|border-collapse|width|height"
    r"|vertical-align|mso-[a-z-]+"
)
WORD_PASSES_OVER = {"max-width", "word-break", "white-space"}  # without harm: its own breaks
ONLY_ON = {"margin": {"p", "body"}, "padding": {"td", "th", "body"}, "display": {"span"}}


def _styles(page_html: str) -> Iterator[tuple[str, str, str]]:
    for element in lxml_html.document_fromstring(page_html).iter("*"):
        for declaration in (element.get("style") or "").split(";"):
            name, _, value = declaration.partition(":")
            if name.strip():
                yield str(element.tag), name.strip().lower(), value.strip()


def _page(name: str, environment: Environment) -> str:
    sample = samples()[name]
    return render_page(sample, environment, TOKEN if sample["asks"] else "").html


every_sample = pytest.mark.parametrize("name", sorted(samples()))


@every_sample
def test_inline_css_holds_only_what_word_shows(name: str, environment: Environment) -> None:
    """No flex, float, position, shadow, gradient, rgba(), calc(), var(); padding on cells only."""
    for tag, prop, value in _styles(_page(name, environment)):
        where = ONLY_ON.get(prop.partition("-")[0])
        allowed = WORD_SHOWS.fullmatch(prop) or prop in WORD_PASSES_OVER or (where and tag in where)
        assert allowed, f"{prop} on {tag}"
        assert not re.search(r"rgba|hsl|calc|var\(|url\(|gradient|[0-9]r?em\b|vw", value), value


@every_sample
def test_layout_is_tables_of_600_pixels(name: str, environment: Environment) -> None:
    """Word ignores max-width: a conditional table of 600 holds the sheet; no div lays out."""
    page = _page(name, environment)
    root = lxml_html.document_fromstring(page)
    assert '<!--[if mso]><table role="presentation" width="600"' in page
    assert not root.xpath("//div | //img | //form | //script | //link | //iframe")
    for table in root.iter("table"):
        assert table.get("cellpadding") == table.get("cellspacing") == table.get("border") == "0"


@every_sample
def test_a_page_is_ready_for_phones_and_dark_mode(name: str, environment: Environment) -> None:
    """Viewport, colour schemes and both media queries survive the inlining of CSS."""
    page = _page(name, environment)
    for part in (
        'name="viewport"',
        'content="light dark"',
        "max-width: 480px",
        "prefers-color-scheme: dark",
        '<html lang="vi"',
        'charset="utf-8"',
    ):
        assert part in page
    assert len(page.encode()) < HTML_LIMIT // 2


@every_sample
def test_every_light_colour_has_a_dark_one(name: str, environment: Environment) -> None:
    """Dark mode must not leave dark words on a dark ground: each class with a ground has a rule."""
    page = _page(name, environment)
    dark = page.partition("prefers-color-scheme: dark")[2]
    for element in lxml_html.document_fromstring(page).iter("*"):
        if "background" not in element.get("style", ""):
            continue
        classes = set(element.get("class", "").split())
        always = {"bar-done", "bar-now"}  # the same green and orange read on both grounds
        assert classes & always or any(f".{c} {{" in dark or f".{c}," in dark for c in classes)


def test_words_stand_out_from_their_ground_in_light_mode(environment: Environment) -> None:
    """WCAG contrast of at least 4.5 between every text colour and the ground it stands on."""
    root = lxml_html.document_fromstring(_page("answer_mixed", environment))
    for element in root.iter("td", "span", "p", "a", "th"):
        if (element.text or "").strip() not in {"", "\xa0"}:
            ground = _inherited(element, "background-color")
            assert _contrast(_inherited(element, "color"), ground) >= 4.5, element.text


def _inherited(element: lxml_html.HtmlElement | None, prop: str) -> str:
    while element is not None:
        match = re.search(rf"(?:^|;)\s*{prop}:\s*(#[0-9a-f]{{6}})", element.get("style") or "")
        if match:
            return match[1]
        element = element.getparent()
    return "#ffffff"


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
