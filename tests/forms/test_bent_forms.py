"""Filled forms bent and broken: whatever is done to one, it is pages or nothing, never an error."""

import copy
import io
import zipfile
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mailflow.demo import cast
from mailflow.forms import filled, returned
from mailflow.forms.fillable import MOST_PAGES, fill_pages
from mailflow.forms.filled import MOST_WORDS
from mailflow.procedure.terms import Act, State
from tests.components import cases
from tests.forms.filling import every_page, packed, view

Parts = dict[str, bytes]
WORDS = st.text(max_size=20) | st.sampled_from(
    ["=1+1", "{{ x }}", "p1.direction", "_x0000_", "MF2/CTCL-2026-0001-B/direct/assign", "☒", "0"]
)


@cache
def forms() -> tuple[Parts, ...]:
    """A workbook and a document of three pages, half filled."""
    known = view(Act.DIRECT, ("assign", "decline"), State.PRESENTED, values={"reason": "Chưa cần"})
    files = fill_pages([known, *every_page()[:2]], cast.ROSTER)
    return tuple(_parts(data) for _, data in files)


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _any(draw: st.DrawFn, root: etree._Element) -> etree._Element:
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    return elements[draw(st.integers(0, len(elements) - 1))]


def removed(draw: st.DrawFn, root: etree._Element) -> None:
    """Lose an element with all it holds."""
    one = _any(draw, root)
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def doubled(draw: st.DrawFn, root: etree._Element) -> None:
    """Have an element twice, or often."""
    one = _any(draw, root)
    parent = one.getparent()
    if parent is not None:
        parent.extend(copy.deepcopy(one) for _ in range(draw(st.sampled_from([1, 2, 50]))))


def moved(draw: st.DrawFn, root: etree._Element) -> None:
    """Put an element where another stands."""
    one, other = _any(draw, root), _any(draw, root)
    if one is not root and one not in other.iterancestors() and one is not other:
        other.append(one)


def reworded(draw: st.DrawFn, root: etree._Element) -> None:
    """Say something else in an element."""
    _any(draw, root).text = _sound(draw(WORDS))


def remarked(draw: st.DrawFn, root: etree._Element) -> None:
    """Change an attribute: a place, a type, a name."""
    one = _any(draw, root)
    if one.attrib:
        one.set(draw(st.sampled_from(sorted(one.attrib))), _sound(draw(WORDS)))


def renamed(draw: st.DrawFn, root: etree._Element) -> None:
    """Make an element one of another kind."""
    _any(draw, root).tag = _any(draw, root).tag


CHANGES = (removed, doubled, moved, reworded, remarked, renamed)


def _sound(words: str) -> str:
    return "".join(c for c in words if c in "\t\n" or 0x20 <= ord(c) < 0xD800)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A form after one to six changes of the XML of its parts, maybe with a part lost."""
    parts = dict(draw(st.sampled_from(forms())))
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(sorted(n for n in parts if n.endswith((".xml", ".rels")))))
        root = etree.fromstring(parts[name])
        draw(st.sampled_from(CHANGES))(draw, root)
        parts[name] = etree.tostring(root)
    if draw(st.integers(0, 9)) == 0:
        parts.pop(draw(st.sampled_from(sorted(parts))))
    return packed(parts)


@pytest.mark.fuzz
@settings(max_examples=cases(60), suppress_health_check=[HealthCheck.too_slow])
@given(bent())
def test_no_form_however_bent_stops_the_reading(data: bytes) -> None:
    """Its pages are few, their words short and storable; what is no page is none."""
    pages = filled.read(data)
    assert len(pages) <= MOST_PAGES + 1
    for page in pages:
        assert all(len(words) <= MOST_WORDS for words in page.words.values())
        "".join(page.words.values()).encode()
    returned.read(data)
