"""Says once what the sources of a part's figures share: a table of long sources is not read."""

from collections.abc import Sequence
from itertools import takewhile

from mailflow.forms.papers import Figure, Part

BETWEEN = "; "
SHARED = "Nguồn số liệu: {shared}. Bảng dưới chỉ ghi thêm điều kiện lọc của từng dòng."
NO_MORE = "không lọc thêm"


def told_once(part: Part) -> Part:
    """Put what all sources of a part begin and end with into a sentence above its figures."""
    sources = [figure["source"].split(BETWEEN) for figure in part["figures"]]
    first = _alike(sources)
    last = _alike([source[first:][::-1] for source in sources]) if first else 0
    if len(sources) < 2 or not first:
        return part
    end = len(sources[0]) - last
    shared = BETWEEN.join([*sources[0][:first], *sources[0][end:]])
    rows = zip(part["figures"], sources, strict=True)
    figures = [_with(figure, source[first : len(source) - last]) for figure, source in rows]
    words = [*part["paragraphs"], SHARED.format(shared=shared)]
    return Part(**{**part, "paragraphs": words, "figures": figures})


def _alike(sources: Sequence[Sequence[str]]) -> int:
    """Count the pieces that all sources begin with."""
    return len(list(takewhile(lambda same: len(set(same)) == 1, zip(*sources, strict=False))))


def _with(figure: Figure, source: Sequence[str]) -> Figure:
    return Figure(**{**figure, "source": BETWEEN.join(source) or NO_MORE})
