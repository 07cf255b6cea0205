"""Vietnamese from before Unicode: old fonts in HTML, old charsets, with and without a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from mailflow.intake.reading import legacy
from mailflow.intake.reading.decoding import decode
from tests.intake.letters import HTML, answered_html, letter
from workbook_sync import oldfonts

SENTENCE = "Đề nghị khắc phục trước ngày 15/6, cảm ơn chị Lê Thị Lan ở Phòng Một cửa."
TCVN3 = "§Ò nghÞ kh¾c phôc tr­íc ngµy 15/6, c¶m ¬n chÞ Lª ThÞ Lan ë Phßng Mét cöa."
VNI = "Ñeà nghò khaéc phuïc tröôùc ngaøy 15/6, caûm ôn chò Leâ Thò Lan ôû Phoøng Moät cöûa."


def viscii(text: str) -> bytes:
    """Write VISCII."""
    table = [legacy.read_viscii(bytes([byte])) for byte in range(256)]
    return bytes(table.index(letter) for letter in text)


@pytest.mark.parametrize(
    "page",
    [
        f"<p><font face='.VnTime'>{TCVN3}</font></p>",
        f'<p><span style=\'font-family:".VnArial","sans-serif";color:red\'>{TCVN3}</span></p>',
        f"<p><font face='VNI-Times'>{VNI}</font></p>",
        f"<p style='font-family: VNI-Helve'>{VNI}</p>",
        f"<style>p.MsoNormal {{font-family:'.VnTime'}}</style><p class=MsoNormal>{TCVN3}",
        f"<p>Chị Lan: <font face='.VnTime'>{TCVN3[:30]}<b>{TCVN3[30:]}</b></font></p>",
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_words_in_old_fonts_are_read_as_they_looked(page: str, charset: str) -> None:
    """By the font's name: in an attribute, a style, Word's style sheet, across inner tags."""
    if charset == "cp1252" and "Chị" in page:
        page = page.replace("Chị", "Chi")
    got = letter(page, charset=charset, content_type=f'text/html; charset="{charset}"').text
    assert got.endswith(SENTENCE)


def test_the_capitals_font_writes_capitals() -> None:
    """`.VnTimeH` shows small letters as capitals."""
    assert letter("<font face='.VnTimeH'>§ång ý</font>", content_type=HTML).text == "ĐỒNG Ý"


@pytest.mark.parametrize(
    "page",
    [
        "<p style='font-family:.VnTime'>Có ý kiến: đồng ý, cần sửa</p>",
        "<p style='font-family:.VnTime'>OK, agreed</p>",
        "<p style='font-family:VNI-Times'>Không duyệt</p>",
        "<p style='font-family:Arial'>Grüße, señor §1</p>",
    ],
)
def test_unicode_under_an_old_fonts_name_stays(page: str) -> None:
    """Word keeps the font of a document whose words are Unicode long since."""
    (paragraph,) = html.fromstring(f"<div>{page}</div>").iter("p")
    assert letter(page, content_type=HTML).text == paragraph.text


def test_a_reply_in_an_old_font_above_our_mail_is_cut_and_read() -> None:
    """The quote below is Unicode and stays so."""
    words = answered_html(
        "<p><font face='.VnTime'>§ång ý gi¶i ph¸p</font></p>"
        '<blockquote type="cite">Kính gửi anh/chị, hạn 15/6</blockquote>'
    )
    assert words.text == "Đồng ý giải pháp"
    assert "Kính gửi anh/chị" in words.quoted


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (viscii(SENTENCE), "viscii"),
        (TCVN3.encode("cp1252"), "x-viet-tcvn5712"),
        (TCVN3.encode("cp1252"), None),
        (TCVN3.encode("cp1252"), "iso-8859-1"),
        (VNI.encode("cp1252"), "x-viet-vni"),
        (VNI.encode("cp1252"), "us-ascii"),
        (TCVN3.encode(), "utf-8"),
    ],
)
def test_plain_text_in_an_old_charset_is_read(data: bytes, declared: str | None) -> None:
    """Named rightly; unnamed or named as Western where it plainly makes Vietnamese."""
    if declared == "utf-8":
        assert decode(data, declared).text != SENTENCE  # letters somebody typed: no guess
    else:
        assert decode(data, declared).text == SENTENCE


@pytest.mark.parametrize("text", ["Grüße, señor, ça", "Café José naïve", "DISCOVERÆ", "01 £ §2 ½"])
def test_western_words_are_not_taken_for_old_vietnamese(text: str) -> None:
    """A guess needs several words that are all Vietnamese syllables."""
    assert legacy.guessed(text) is None
    assert decode(text.encode("cp1252"), "iso-8859-1").text == text


@given(st.text())
def test_no_words_crash_the_old_charsets(text: str) -> None:
    """Whatever the letters."""
    legacy.guessed(text)
    assert 0 <= oldfonts.likeness(text) <= 1
    assert isinstance(oldfonts.from_vni(oldfonts.from_tcvn3(text)), str)
