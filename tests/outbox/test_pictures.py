"""Mails in a real browser: none is wider than its window, and the gallery shows each kind."""

import shutil
from pathlib import Path

import pytest
from jinja2 import Environment

from mailflow.outbox.page import render_page
from tests import gallery
from tests.browser import browser
from tests.components import need
from tests.outbox.build import TOKEN
from tests.outbox.samples import samples

PNG = b"\x89PNG\r\n\x1a\n"


def test_no_mail_is_wider_than_a_telephone(environment: Environment) -> None:
    """At 375 pixels nobody has to scroll sideways, whatever the mail is about."""
    wide = []
    with browser(need("chromium")) as page:
        for name, context in samples().items():
            mail = render_page(context, environment, TOKEN if context["asks"] else "")
            if page.width_needed(mail.html, 375) > 375:
                wide.append(name)
        assert page.width_needed("<p style='width:500px'>x</p>", 375) > 375
    assert wide == []


def test_every_kind_of_mail_has_a_sample() -> None:
    """So that the goldens and the gallery show each of them."""
    assert gallery.undrawn() == set()


def test_a_gallery_without_its_programs_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left out in silence."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit, match="chromium is not installed"):
        gallery.draw(tmp_path / "gallery")


def test_a_picture_is_as_high_as_its_page_and_dark_when_asked() -> None:
    """The whole page is drawn, in the colours of the mode."""
    page_html = "<style>@media(prefers-color-scheme:dark){body{background:#000}}</style>"
    page_html += "<div style='height:2000px'></div>"
    with browser(need("chromium")) as page:
        light, dark = (page.picture(page_html, 300, dark=mode) for mode in (False, True))
    assert light.startswith(PNG)
    assert light != dark
    assert int.from_bytes(light[20:24], "big") >= 2000
