"""The key by which words match: one for every way of writing them."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mailflow.procedure.folding import folded, nfc, words_in

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyÀẢÃẠẮẶẤẬĐÈẺẼẸẾỆỊÒỎÕỌỐỘỚỢÙỦŨỤỨỰÝỶỸỴ \n\t“”…–☐")


def test_case_marks_and_spaces_make_no_difference() -> None:
    """Capitals, marks in either form of Unicode, Icelandic letters and what is invisible."""
    assert folded("  ĐỒNG Ý,\n giao   Phòng Một cửa…") == "dong y, giao phong mot cua…"
    assert folded(unicodedata.normalize("NFD", "Đã đọc")) == folded("Ða ðoc") == "da doc"
    assert folded("Straße \u200bİ") == "strasse i"


def _letter_by_letter(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", nfc(text).casefold().replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


@given(st.one_of(VIETNAMESE, st.text()))
def test_the_table_folds_as_letter_by_letter(text: str) -> None:
    """Fast and slow give one key for any text."""
    assert folded(text) == _letter_by_letter(text)
    assert words_in(text) == re.findall(r"[^\W_]+", _letter_by_letter(text))
