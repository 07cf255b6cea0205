"""Always: whatever two editors and letters do, and wherever it dies, nothing typed is lost."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.registers.columns import CODE, NOTE
from tests.databases import copy_record
from tests.registers import goals
from tests.registers.keeping import REPORTED
from tests.registers.two_editors import Editor, World, make
from workbook_sync.locate import Row
from workbook_sync.values import Value

WORDS = (
    *("Nội dung", "Nguyên nhân", "Kết quả xử lý", "Chỉ đạo", "Bằng chứng", "Dấu hiệu/lý do"),
    *("Người xử lý", "Hình thức xử lý", "Đơn vị", "Kết luận kiểm tra", "Cần HĐKP", "Loại"),
    *(NOTE, NOTE, "Trạng thái", "Số phiếu", "Việc tiếp theo"),
)
DAYS = ("Hạn xử lý", "Hạn hoàn thành", "Ngày trình", "Ngày đóng", "Hạn phân tích", "Ngày lập")
CHOICES: tuple[tuple[str, Value], ...] = (
    ("Hình thức xử lý", "Chấp nhận"),
    ("Hình thức xử lý", "Làm lại"),
    ("Người xử lý", cast.CLERK.name),
    ("Người xử lý", "nam.hv@ankhe.example"),
    ("Cần HĐKP", "Không"),
    ("Đơn vị", "Phòng Kế hoạch"),
    ("Ngày trình", "3/3/2026"),
    ("Hạn xử lý", "#N/A"),
)
FAILPOINTS = (
    *("register.after_act", "register.after_act:2", "register.after_intent"),
    *("register.before_base", "work.before_commit:1", "work.before_commit:2"),
    *("work.before_commit:3", "work.after_commit:1", "work.after_commit:2"),
    *("work.after_commit:3", "work.before_commit:4", "work.after_commit:4"),
)
STORIES = int(os.environ.get("MAILFLOW_STORIES", "15"))
"""How many stories are told; `make fuzz-registers` tells ten thousand."""

PART: dict[str, Value] = {"Loại": "Cải tiến"}
LETTERS = ("accept", "assign", "comment", "need", "transfer")

registers = st.integers(0, 1)
editors = st.integers(0, 3)
places = st.integers(0, 5)
MOVES = st.one_of(
    st.tuples(st.just("words"), editors, places, st.sampled_from(WORDS)),
    st.tuples(st.just("words"), editors, places, st.sampled_from(WORDS)),
    st.tuples(st.just("words"), editors, places, st.sampled_from(WORDS)),
    st.tuples(st.just("day"), editors, places, st.sampled_from(DAYS)),
    st.tuples(st.just("choice"), editors, places, st.sampled_from(CHOICES)),
    st.tuples(st.just("clear"), editors, places, st.sampled_from((*WORDS, *DAYS))),
    st.tuples(st.just("act"), editors, places),
    st.tuples(st.just("new"), editors, st.booleans(), st.sampled_from((0, 0, 1))),
    st.tuples(st.just("delete"), editors, places),
    st.tuples(st.just("copy"), editors, places, st.booleans()),
    st.tuples(st.just("code"), editors, places, st.sampled_from(("", "X-1", "letter"))),
    st.tuples(st.just("sort"), editors),
    st.tuples(st.just("column"), editors, st.sampled_from((*WORDS, *DAYS))),
    st.tuples(st.just("sheet"), editors),
    st.tuples(st.just("fork"), registers),
    st.tuples(st.just("letter"), places, st.sampled_from(LETTERS)),
    st.tuples(st.just("letter"), places, st.sampled_from(LETTERS)),
    st.tuples(st.just("answer"), st.booleans()),
    st.tuples(st.just("round"), registers),
    st.tuples(st.just("dies"), registers, st.sampled_from(FAILPOINTS)),
    st.tuples(st.just("goal"), editors, places, st.sampled_from(goals.WORDS)),
    st.tuples(st.just("goal"), editors, places, st.sampled_from(goals.WORDS)),
    st.tuples(st.just("figure"), editors, places, st.sampled_from(goals.CHOICES)),
    st.tuples(st.just("figure"), editors, places, st.sampled_from(goals.CHOICES)),
    st.tuples(st.just("objective"), editors, st.sampled_from(("Cơ quan", cast.ONE_STOP, None))),
    st.tuples(st.just("rows"), editors, places, st.sampled_from(("delete", "copy", "sort"))),
    st.tuples(st.just("post"), places, st.sampled_from(goals.LETTERS)),
    st.tuples(st.just("post"), places, st.sampled_from(goals.LETTERS)),
)


class Story:
    """One world, moved by moves as Hypothesis draws them."""

    def __init__(self, home: Path) -> None:
        self.world = World(home)

    def tell(self, move: tuple[Any, ...]) -> None:
        """Do one move; one that finds nothing to move does nothing."""
        name, *rest = move
        getattr(self, f"_{name}")(*rest)

    def _row(self, editor: int, place: int) -> tuple[Editor, Row | None]:
        who = self.world.editor(editor)
        rows = who.rows()
        return who, rows[place % len(rows)] if rows else None

    def _types(self, editor: int, place: int, header: str, value: Value) -> None:
        who, row = self._row(editor, place)
        if row:
            who.sets({(row.index, header): value})

    def _words(self, editor: int, place: int, header: str) -> None:
        self._types(editor, place, header, self.world.mark())

    def _day(self, editor: int, place: int, header: str) -> None:
        self._types(editor, place, header, self.world.day())

    def _choice(self, editor: int, place: int, said: tuple[str, Value]) -> None:
        self._types(editor, place, *said)

    def _clear(self, editor: int, place: int, header: str) -> None:
        self._types(editor, place, header, None)

    def _act(self, editor: int, place: int) -> None:
        who, row = self._row(editor, place)
        if row:
            said: dict[str, Value] = {
                "Hình thức xử lý": "Sửa chữa/khắc phục",
                "Người xử lý": cast.CLERK.name,
                "Hạn xử lý": self.world.day(),
            }
            who.sets({(row.index, header): value for header, value in said.items()})

    def _new(self, editor: int, whole: bool, gap: int) -> None:
        words: dict[str, Value] = {"Nội dung": self.world.mark(), NOTE: self.world.mark()}
        self.world.editor(editor).types_row({**(REPORTED if whole else PART), **words}, gap)

    def _delete(self, editor: int, place: int) -> None:
        who, row = self._row(editor, place)
        if row:
            who.deletes_row(row)

    def _copy(self, editor: int, place: int, changed: bool) -> None:
        who, row = self._row(editor, place)
        if row:
            values: dict[str, Value] = {h: c.value for h, c in row.cells.items()}
            values |= {"Nội dung": self.world.mark()} if changed else {}
            who.types_row({h: value for h, value in values.items() if value is not None})

    def _code(self, editor: int, place: int, how: str) -> None:
        who, row = self._row(editor, place)
        if row:
            code = row.text(CODE)
            wrong = code[:-1] + ("B" if code[-1:] != "B" else "C") if how == "letter" else how
            who.sets({(row.index, CODE): wrong or None})

    def _sort(self, editor: int) -> None:
        self.world.editor(editor).sorts()

    def _column(self, editor: int, header: str) -> None:
        self.world.editor(editor).renames(header, f"Cột {self.world.mark()}")

    def _sheet(self, editor: int) -> None:
        self.world.editor(editor).renames_sheet(f"Trang {self.world.mark()}")

    def _fork(self, editor: int) -> None:
        self.world.forks(editor)

    def _goal(self, editor: int, place: int, header: str) -> None:
        self._figure(editor, place, (header, self.world.mark()))

    def _figure(self, editor: int, place: int, said: tuple[str, Value]) -> None:
        who = goals.GoalEditor(self.world.editor(editor))
        rows = who.rows()
        if rows:
            who.sets({(rows[place % len(rows)].index, said[0]): said[1]})

    def _objective(self, editor: int, owner: str | None) -> None:
        said: dict[str, Value] = {"Mục tiêu": self.world.mark(), "Chỉ tiêu": "từ 5 hồ sơ trở lên"}
        said |= {"Đơn vị": owner, "Lý do": self.world.mark()} if owner else {}
        goals.GoalEditor(self.world.editor(editor)).types_row(said)

    def _rows(self, editor: int, place: int, how: str) -> None:
        who = goals.GoalEditor(self.world.editor(editor))
        rows = who.rows()
        if how == "sort":
            who.sorts()
        elif how == "delete" and rows:
            who.deletes_row(rows[place % len(rows)])
        elif rows:
            values = {h: c.value for h, c in rows[place % len(rows)].cells.items()}
            who.types_row({h: value for h, value in values.items() if value is not None})

    def _post(self, place: int, which: str) -> None:
        goals.letter(self.world, place, which)

    def _letter(self, place: int, which: str) -> None:
        codes = self.world.codes()
        code = codes[place % len(codes)]
        head, mark = cast.ONE_STOP_HEAD.id, self.world.mark()
        act: dict[str, Callable[[], bool]] = {
            "accept": lambda: self.world.letter(
                head, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason=mark
            ),
            "assign": lambda: self.world.letter(
                head,
                Act.DECIDE_DISPOSITION,
                "work",
                code,
                disposition="repair",
                performer=cast.COLLEAGUE.id,
                correction_due=self.world.day().isoformat(),
            ),
            "comment": lambda: self.world.letter(cast.CLERK.id, Act.COMMENT, "", code, text=mark),
            "need": lambda: self.world.letter(head, Act.DECIDE_NEED, "no", code, reason=mark),
            "transfer": lambda: self.world.letter(
                head, Act.TRANSFER, "", code, unit=cast.PLANNING, reason=mark
            ),
        }
        act[which]()

    def _answer(self, yes: bool) -> None:
        self.world.answers(yes=yes)

    def _round(self, editor: int) -> None:
        self.world.round(self.world.editors[editor])

    def _dies(self, editor: int, failpoint: str) -> None:
        self.world.dies(self.world.editors[editor], failpoint)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that each story begins with a copy of."""
    made = tmp_path_factory.mktemp("home")
    make(made, goals.plan)
    return made


CLEARED_ABOVE = [("copy", 0, 0, False), ("new", 0, True, 0), ("delete", 0, 3)]
"""A row is typed under a copied one, which is then cleared: a gap parts it from the table."""

FOR_ANOTHER_UNIT = [("new", 1, True, 0), ("choice", 1, 3, ("Đơn vị", "Phòng Kế hoạch"))]
"""A unit's register reports what is another unit's."""


@example(moves=CLEARED_ABOVE)
@example(moves=FOR_ANOTHER_UNIT)
@given(st.lists(MOVES, min_size=4, max_size=10))
@settings(
    max_examples=STORIES,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # ten moves are read as they are
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_typed_is_lost_and_both_sides_agree(
    home: Path, moves: list[tuple[Any, ...]]
) -> None:
    """No edit without effect or notice; then both registers and the record say the same."""
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "home"
        shutil.copytree(home, copied, ignore=shutil.ignore_patterns("record.sqlite*"))
        copy_record(home / "record.sqlite", copied / "record.sqlite")
        story = Story(copied)
        try:
            for move in moves:
                story.tell(move)
            story.world.settles()
            story.world.loses_nothing()
            story.world.is_equal()
            goals.loses_nothing(story.world)
            goals.is_equal(story.world)
            event(f"{len(story.world.codes())} requests")
        finally:
            story.world.engine.dispose()
