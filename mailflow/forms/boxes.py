"""The open boxes of a step, by the procedure's table: what to fill in, when, and how."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS, TABLES, Type, keys
from mailflow.procedure.folding import nfc
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act, Disposition, State

ANSWER = "answer"
OTHER = "other"
ROWS = 10
MOST_ROWS = 60
"""Rows of a table; a paper takes more, under the last."""

TICKED, UNTICKED = "☒", "☐"
EMPTY = {Type.DATE: "ngày/tháng/năm", Type.CHOICE: "chọn…"}
"""What stands in an empty control of a paper, by what is wanted."""

WRITE, WRITE_SHORT = "điền vào đây", "…"
WITHOUT_WORK = (Disposition.ACCEPT, Disposition.REJECT)
"""Dispositions that may leave no work (5.1.1)."""

HINTS = {
    Type.DATE: "ngày/tháng/năm, như 15/6/2026",
    Type.PERSON: "chọn trong danh sách, hoặc ghi họ tên",
    Type.PARTIES: "chọn trong danh sách; nhiều người thì ghi cách nhau bằng dấu chấm phẩy",
    Type.UNIT: "chọn trong danh sách",
    Type.CHOICES: "đánh dấu vào từng dòng chọn",
    Type.NUMBER: "số, từ 0 đến 100",
    Type.CODE: "mã phiếu",
    Type.CODES: "mã phiếu; nhiều phiếu thì ghi cách nhau bằng dấu chấm phẩy",
    Type.NUMBERS: "số thứ tự, như 1, 3",
    Type.WORK: "mỗi việc một dòng; việc nào cũng có người thực hiện và thời hạn",
    Type.OBJECTIVES: (
        "mỗi mục tiêu một dòng; chỉ tiêu là một con số kèm đơn vị tính, như “từ 95% trở lên”, "
        "hoặc một việc phải xong kèm thời gian, như “ban hành quy trình” trước 30/6"
    ),
    Type.RESULTS: (
        "ghi kết quả của từng mục tiêu, như 98,2% hay 245/250; không đạt thì ghi nguyên nhân và "
        "hành động"
    ),
}
HOW = (
    "Điền các ô màu vàng, lưu tệp, rồi gửi kèm thư trả lời. Điền chưa đủ cũng gửi được: chương "
    "trình giữ lại và báo ô còn thiếu. Xin đừng sửa phần khác của phiếu."
)
OURS = "MF2"
"""How the id of every page begins."""

_MARK = re.compile(
    OURS + r"/([A-Z]{2,8}-\d{4}-\d{4,6}-[A-Z]|-)/([a-z_]{2,30})/([a-z_+]{0,200})/([a-z_]{2,30}|-)"
    r"/(\d{1,6})/([0-9a-f]{16})/([0-9a-f]{16})"
)


class PageView(TypedDict):
    """One step to fill in: of a request as it stood after `entries`, "" and 0 for a new one.

    `answers` are those that the step may be given. `about` are lines to read. `values` are words
    that stand in its blanks already, `faults` what to say beside a blank, both by its name.
    """

    code: str
    title: str
    unit: str
    due: str
    act: str
    answers: list[str]
    state: str
    entries: int
    about: list[str]
    values: dict[str, str]
    faults: dict[str, str]


@dataclass(frozen=True)
class Box:
    """A box of a page: `need` says when it is filled in, `hint` how; `options` to choose from."""

    name: str
    label: str
    type: Type
    need: str
    hint: str = ""
    options: tuple[str, ...] = ()

    def blanks(self, rows: int = ROWS) -> tuple[str, ...]:
        """Name its open cells: one, one for each tick, or one for each cell of its table."""
        if self.type is Type.CHOICES:
            numbers = map(str, range(1, len(self.options) + 1))
            return tuple(f"{self.name}_{n}" for n in (*numbers, OTHER))
        if self.type in TABLES:
            return tuple(
                blank(self.name, n, k) for n in range(1, rows + 1) for k in keys(self.type)
            )
        return (self.name,)


@dataclass(frozen=True)
class Mark:
    """The hidden id of a page: which step of which request, and hashes of what was sent.

    `locked` is the hash of the words that are not to be changed, `filled` that of the blanks.
    """

    code: str
    act: Act
    answers: tuple[str, ...]
    state: State | None
    entries: int
    locked: str
    filled: str

    def __str__(self) -> str:
        answers, state = "+".join(self.answers), self.state or "-"
        told = f"{self.code or '-'}/{self.act}/{answers}/{state}/{self.entries}"
        return f"{OURS}/{told}/{self.locked}/{self.filled}"


def mark_of(view: PageView, locked: Iterable[str]) -> Mark:
    """Make the id of a page from its view and its locked words, in their order."""
    state = State(view["state"]) if view["state"] else None
    answers = tuple(view["answers"])
    told = (view["code"], Act(view["act"]), answers, state, view["entries"])
    return Mark(*told, hashed(locked), hashed_blanks(view["values"]))


def read_mark(text: str) -> Mark | None:
    """Read an id back, None when it is none of ours; it proves nothing about who sends it."""
    found = _MARK.fullmatch(text.strip())
    if not found:
        return None
    code, act, answers, state, entries, locked, filled = found.groups()
    try:
        known = Act(act), tuple(answers.split("+")), State(state) if state != "-" else None
    except ValueError:
        return None
    if not set(known[1]) <= {s.answer for s in STEPS if s.act is known[0]}:
        return None
    return Mark(code.strip("-") if code == "-" else code, *known, int(entries), locked, filled)


def hashed(words: Iterable[str]) -> str:
    """Hash words in their order; how they are spaced counts for nothing."""
    text = "".join(c for word in words for c in nfc(word) if c.isprintable() and not c.isspace())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hashed_blanks(values: Mapping[str, str]) -> str:
    """Hash what stands in the blanks of a page; empty ones count for nothing."""
    return hashed(f"{name}={words};" for name, words in sorted(values.items()) if words.strip())


def blank(name: str, row: int, key: str) -> str:
    """Name a cell in a table."""
    return f"{name}_{row}_{key}"


def to_fill(step: Step) -> tuple[str, ...]:
    """List what a step must carry that can be written on a form."""
    return tuple(n for need in step.must for n in need.split("|") if n != "files")


def steps_of(act: Act, answers: Sequence[str]) -> tuple[Step, ...]:
    """Find one step for each answer; all of one act and answer carry the same fields."""
    found = {s.answer: s for s in reversed(STEPS) if s.act is act and s.answer in answers}
    return tuple(found[answer] for answer in answers if answer in found)


def boxes(act: Act, answers: Sequence[str]) -> tuple[Box, ...]:
    """List the boxes of a page in the order of the table: the answer first, where it is open."""
    steps = steps_of(act, answers)
    fields = [n for s in steps for n in to_fill(s)] + [n for s in steps for n in s.may]
    if any(step.sources is None for step in steps):
        fields.insert(0, "kind")
    named = [n for n in dict.fromkeys(fields) if n != "files"]
    first = (_answer(act, steps),) if len(steps) > 1 else ()
    return (*first, *(_box(name, steps) for name in named))


def _answer(act: Act, steps: Sequence[Step]) -> Box:
    options = tuple(answer_label(act, step.answer) for step in steps)
    return Box(ANSWER, "Trả lời", Type.CHOICE, "bắt buộc", _choose(options), options)


def _choose(options: Sequence[str]) -> str:
    """Name what can be chosen, for those who see the form on a telephone or on paper."""
    return f"chọn: {' / '.join(options)}"


def answer_label(act: Act, answer: str) -> str:
    """Name an answer as its list shows it."""
    said = labels.ANSWER[act, answer]
    return said[:1].upper() + said[1:]


def _box(name: str, steps: Sequence[Step]) -> Box:
    field = FIELDS[name]
    options = labels.option_labels(name)
    if all(step.answer == "no_work" for step in steps):
        options = {o: label for o, label in options.items() if o in WITHOUT_WORK}
    chosen = tuple(options.values())
    hint = _choose(chosen) if field.type is Type.CHOICE else HINTS.get(field.type, "")
    return Box(name, field.label, field.type, _need(name, steps), hint, chosen)


def _need(name: str, steps: Sequence[Step]) -> str:
    """Say for which answers a box is filled in, and what may stand in for it."""
    needing = [s for s in steps if name in to_fill(s)]
    taking = needing or [s for s in steps if name in s.may]
    said = "bắt buộc" if needing else "không bắt buộc"
    if needing and any(not _alone(name, s) for s in needing):
        said = f"bắt buộc{_instead(name, needing[0])}"
    if not taking or len(taking) == len(steps):
        return said
    which = " hoặc ".join(f"“{answer_label(s.act, s.answer)}”" for s in taking)
    return f"{said} khi chọn {which}" if needing else f"chỉ dùng khi chọn {which}"


def _alone(name: str, step: Step) -> bool:
    return name in step.must


def _instead(name: str, step: Step) -> str:
    group = next(need.split("|") for need in step.must if name in need.split("|"))
    others = [n for n in group if n not in (name, "files")]
    if "files" in group:
        return ", hoặc đính kèm tệp vào thư"
    return ", hoặc ghi ô “" + "”, “".join(FIELDS[n].label for n in others) + "”"


def told_of(box: Box) -> str:
    """Say when a box is filled in, and how, without a capital or a full stop."""
    return "; ".join(part for part in (box.need, box.hint) if part)


def heading_lines(view: PageView) -> list[str]:
    """List what stands above the boxes: which request, by when, and what to know of it."""
    due = f"hạn {view['due']}" if view["due"] else ""
    about = " · ".join(part for part in (view["code"], view["unit"], due) if part)
    return [line for line in (about, view["title"], *view["about"]) if line]


def rows_of(box: Box, view: PageView) -> int:
    """Count the rows of a table: `ROWS`, or three more than are filled in already."""
    ends = "|".join(keys(box.type))
    cell = re.compile(rf"{box.name}_(\d+)_(?:{ends})")
    rows = (int(found[1]) for name in view["values"] if (found := cell.fullmatch(name)))
    return max(ROWS, max(rows, default=0) + 3)
