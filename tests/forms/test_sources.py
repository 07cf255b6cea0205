"""What figures share is said once above them; what is left beside each is its own filter."""

from hypothesis import given
from hypothesis import strategies as st

from mailflow.forms.papers import Figure, Part
from mailflow.forms.sources import BETWEEN, NO_MORE, told_once


def part(*sources: str) -> Part:
    """A part with a figure for each source."""
    figures = [Figure(name="n", value="1", before="2", source=source) for source in sources]
    return Part(title="t", paragraphs=["Có 3 phiếu."], figures=figures, chart="", bars=[])


def test_sheet_days_and_generation_stand_above_the_table() -> None:
    """The reader checks a row by the sentence and its own words."""
    shown = told_once(part("Sổ; từ a đến b; bản 3", "Sổ; từ a đến b; Loại là “x”; bản 3"))
    assert [figure["source"] for figure in shown["figures"]] == [NO_MORE, "Loại là “x”"]
    assert shown["paragraphs"][0] == "Có 3 phiếu."
    assert shown["paragraphs"][1].startswith("Nguồn số liệu: Sổ; từ a đến b; bản 3. ")


def test_figures_that_share_nothing_say_all_themselves() -> None:
    """So does a figure alone."""
    for same in (part("Sổ; a", "Hồ sơ; a"), part("Sổ; a; bản 3"), part()):
        assert told_once(same) == same


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(BETWEEN.join)


@given(st.lists(WORDS, min_size=2, max_size=4))
def test_nothing_of_a_source_is_lost(sources: list[str]) -> None:
    """The sentence and a row together have every piece of its source, as often as it had it."""
    shown = told_once(part(*sources))
    above = shown["paragraphs"][1:]
    shared = above[0].partition(": ")[2].partition(". ")[0].split(BETWEEN) if above else []
    for figure, source in zip(shown["figures"], sources, strict=True):
        rest = [] if figure["source"] == NO_MORE else figure["source"].split(BETWEEN)
        assert sorted([*shared, *rest]) == sorted(source.split(BETWEEN))
