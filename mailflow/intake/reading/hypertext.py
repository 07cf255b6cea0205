"""HTML mail to text: hidden words dropped, the quotes of mail programs marked as in plain text."""

import re
from html import unescape
from itertools import islice
from typing import NamedTuple

from lxml import etree

from mailflow.intake.reading import legacy
from mailflow.intake.reading.clients import header_kind
from mailflow.procedure.folding import folded, nfc

DIVIDER = "\ue000"  # alone on a line: a mail program begins the old mail here
LONGEST = 2_000_000  # characters of HTML that are looked at
_MOST_NODES = 100_000

_DROPPED = {
    *("head", "title", "style", "script", "template", "object", "iframe", "svg", "noframes"),
    *("select", "textarea", "button", "audio", "video", "applet"),
}
_BLOCKS = {
    *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav"),
    *("ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|max-height:0(?![.\d])|opacity:0(?![.\d])"
    r"|font-size:0(?:\.0{1,9})?(?:px|pt|em|%)?(?:;|!|$)"
)
_QUOTES = {"gmail_attr", "moz-cite-prefix", "protonmail_quote"}
_QUOTE_MARKERS = {"__QUOTED_TEXT__", "__HEADERS__"}  # Zimbra
_DIVIDERS = {"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"}
_DIVIDERS |= {"OLK_SRC_BODY_SECTION", "zwchr", "moz-forward-container"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACES = re.compile(r" {2,}")
_TAB = re.compile(r" ?\t ?")
_TAG = re.compile(r"<[^<>]{0,2000}>")


class NoTree(ValueError):
    """The HTML gives no tree, or a deeper or larger one than we walk; the message says which."""


class _Lines:
    """Collects the lines of a text as a reader of the mail sees them."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.verbatim = 0
        self.numbers: list[int] = []

    def add(self, text: str | None) -> None:
        """Add words; white space is one space, unless it is kept as typed."""
        if not text:
            return
        text = text.replace(DIVIDER, "")
        if not self.verbatim:
            self.line.append(_SPACE.sub(" ", text))
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.line.append(first)
        for other in others:
            self.end_line()
            self.line.append(other)

    def end_line(self) -> None:
        """End the line, also an empty one (`<br>`)."""
        line = _TAB.sub("\t", "".join(self.line).replace("\xa0", " "))
        line = line.rstrip() if self.verbatim else _SPACES.sub(" ", line).strip()
        self.done.append(f"{'>' * self.quotes} {line}".rstrip() if self.quotes else line)
        self.line.clear()

    def end_block(self) -> None:
        """End the line when there is something on it; a hard space counts (`<p>&nbsp;</p>`)."""
        if "".join(self.line).strip(" \t"):
            self.end_line()
        self.line.clear()

    def begin_item(self, ordered: bool) -> None:
        """Begin a list's item as plain text shows it: people answer by these numbers."""
        if ordered and self.numbers:
            self.numbers[-1] += 1
        self.line.append(f"{self.numbers[-1]}. " if ordered and self.numbers else "- ")

    def divide(self) -> None:
        """Note that a mail program begins the old mail here."""
        self.end_block()
        self.done.append(DIVIDER)


class _Nature(NamedTuple):
    """What an element does to the lines."""

    block: bool
    quote: bool
    verbatim: bool
    divider: bool


def to_text(source: str) -> str:
    """Turn the HTML of a mail into lines; quotes become `> ` lines, dividers a DIVIDER line.

    Raises NoTree when there is no tree in it, or a deeper or larger one than we walk.
    """
    lines = _Lines()
    root = _tree(source)
    if legacy.may_be_set(source):
        legacy.revive(root)
    todo: list[tuple[etree._Element, _Nature | None]] = [(root, None)]
    while todo:
        element, seen = todo.pop()
        if seen:
            _leave(element, seen, lines)
        elif _is_shown(element):
            nature = _nature(element)
            _enter(element, nature, lines)
            todo.append((element, nature))
            todo.extend((child, None) for child in reversed(element))
        else:
            lines.add(element.tail)
    lines.end_block()
    return nfc("\n".join(lines.done)).strip("\n")


def bare(source: str) -> str:
    """Take the tags off HTML that gives no tree, so that its words are not lost."""
    return nfc(unescape(_TAG.sub("\n", source[:LONGEST]))).replace(DIVIDER, "")


def _tree(source: str) -> etree._Element:
    """Parse with entities, network and comments off."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    clean = source[:LONGEST].replace("\0", "")
    try:
        root: etree._Element | None = etree.fromstring(clean.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise NoTree("no HTML tree") from error
    if root is None:
        raise NoTree("no HTML tree")
    if any(entry.level >= etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise NoTree("too deep")
    if sum(1 for _ in root.iter()) > _MOST_NODES:
        raise NoTree("too many nodes")
    return root


def _is_shown(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return False
    if not element.attrib:
        return True
    return element.get("hidden") is None and not _HIDDEN.search(_style(element))


def _style(element: etree._Element) -> str:
    return "".join(element.get("style", "").split()).lower()


def _nature(element: etree._Element) -> _Nature:
    """Judge an element once, on entering; one without attributes is what its tag says."""
    if not element.attrib:
        return _Nature(element.tag in _BLOCKS, False, element.tag == "pre", False)
    quote = _is_quote(element)
    verbatim = element.tag == "pre" or "white-space:pre" in _style(element)
    return _Nature(quote or element.tag in _BLOCKS, quote, verbatim, _is_divider(element))


def _enter(element: etree._Element, nature: _Nature, lines: _Lines) -> None:
    if nature.divider:
        lines.divide()
    if nature.block:
        lines.end_block()
    if element.tag == "br":
        lines.end_line()
    elif element.tag == "ol":
        lines.numbers.append(_first_number(element) - 1)
    elif element.tag == "li":
        parent = element.getparent()
        lines.begin_item(parent is not None and parent.tag == "ol")
    lines.quotes += nature.quote
    lines.verbatim += nature.verbatim
    lines.add(element.text)


def _leave(element: etree._Element, nature: _Nature, lines: _Lines) -> None:
    if nature.block:
        lines.end_block()
    if element.tag in ("td", "th"):
        lines.line.append("\t")
    elif element.tag == "ol":
        lines.numbers.pop()
    lines.quotes -= nature.quote
    lines.verbatim -= nature.verbatim
    lines.add(element.tail)


def _first_number(element: etree._Element) -> int:
    """Return the number a list begins with."""
    start = element.get("start", "")
    return int(start) if start.isascii() and start.isdigit() and len(start) <= 4 else 1


def _names(element: etree._Element) -> set[str]:
    """List the id and the classes of an element."""
    return {element.get("id", ""), *element.get("class", "").split()}


def _is_quote(element: etree._Element) -> bool:
    """Tell whether all of this element is an old mail; what stands after it is not."""
    names = _names(element)
    if element.tag == "blockquote":
        return element.get("type") == "cite" or "gmail_quote" in names or bool(names & _QUOTES)
    yahoo = any(name.endswith("yahoo_quoted") for name in names)  # with a prefix of their own
    return bool(names & _QUOTES) or yahoo or element.get("data-marker") in _QUOTE_MARKERS


def _is_divider(element: etree._Element) -> bool:
    """Tell whether the old mail begins at this element and goes on to the end."""
    names = _names(element)
    if names & _DIVIDERS:
        return True
    if element.tag == "div" and "gmail_quote" in names:  # Gmail's forward has no blockquote
        return all(child.tag != "blockquote" for child in element)
    return _is_outlook_header(element)


def _is_outlook_header(element: etree._Element) -> bool:
    """Tell whether this is the box with a line above it in which Outlook puts From, Sent, To."""
    style = _style(element)
    if element.tag != "div" or "border-top:" not in style or "solid" not in style:
        return False
    text = "".join(map(str, islice(element.itertext(), 12)))[:300].strip()
    return header_kind(folded(text)) == "from"
