"""The sheet `Mục tiêu` in the stories of two editors: hands that type, and what must hold."""

from typing import Any

from mailflow.demo import cast
from mailflow.procedure.machine import World as Judging
from mailflow.procedure.terms import Act, Kind
from mailflow.record import Work
from mailflow.registers.cells import as_text
from mailflow.registers.columns import CODE, KEEPER
from mailflow.registers.objective_columns import OBJECTIVES
from mailflow.registers.objective_rows import project_lines
from tests.registers.planned import OURS, grid_of
from tests.registers.two_editors import Editor, World, marks
from workbook_sync.locate import Grid
from workbook_sync.values import Value, canon, same

WORDS = (
    *("T1", "T2", "T3", "T4", "Quý I", "Quý II", "Biện pháp", "Chủ trì", "Chỉ tiêu", "Mục tiêu"),
    *("Lý do", "Lý do", "Kết quả năm", "Nguyên nhân", "Bằng chứng", "Xử lý không đạt", "Đơn vị"),
    *("Ghi chú", "Trạng thái", "Đánh giá", "Ngày trình", "Ngày phê duyệt", "Ngày đánh giá"),
)
CHOICES: tuple[tuple[str, Value], ...] = (
    ("T1", "45/50"),
    ("T2", 3),
    ("Quý I", "97%"),
    ("Chỉ tiêu", "từ 90% trở lên"),
    ("Ngày trình", "5/1/2026"),
    ("Ngày phê duyệt", "5/1/2026"),
    ("Ngày đánh giá", "5/1/2026"),
    ("Ngày xác nhận", "5/1/2026"),
    ("Kết quả năm", "99%"),
    ("Kết quả năm", "không có"),
    ("Xử lý không đạt", "Không mở phiếu"),
)
LETTERS = ("amend", "approve", "refuse", "actuals", "december", "evaluate", "accept")


class GoalEditor(Editor):
    """An editor at the other sheet of the same workbook; what is typed counts as the editor's."""

    def __init__(self, editor: Editor) -> None:
        self.path, self.register, self.typed = editor.path, editor.register, editor.typed

    def grid(self) -> Grid:
        """Read the sheet of objectives."""
        return grid_of(self.path)


def matters(work: Work, unit: str | None = None) -> list[Any]:
    """List the plans of a unit, of all where None."""
    rows = work.requests.rows(kinds=[Kind.OBJECTIVES], unit=unit)
    return [r for r in (work.requests.load(row.code) for row in rows) if r]


def plan(world: World) -> None:
    """Put a plan of the agency and one of a unit in force."""
    for unit, who, head in (
        ("", cast.SECRETARY, cast.HEAD),
        (cast.ONE_STOP, cast.ONE_STOP_HEAD, cast.ONE_STOP_HEAD),
    ):
        said = {"kind": "objectives", "unit": unit, "content": "Mục tiêu", "plan_due": "2026-01-29"}
        assert world.letter("", Act.OPEN_OBJECTIVES, "plan", None, **said, objectives_year=2026)
        code = codes(world)[-1]
        assert world.letter(who.id, Act.SUBMIT_PLAN, "", code, objectives=list(OURS))
        assert world.letter(head.id, Act.APPROVE_PLAN, "yes", code)


def codes(world: World) -> list[str]:
    """List the plans, oldest first."""
    with world.open_work(reading=True) as work:
        return [matter.code for matter in matters(work)]


def letter(world: World, place: int, which: str) -> None:
    """Let somebody act on a plan by a letter."""
    code, mark = codes(world)[place % 2], world.mark()
    owner = (cast.SECRETARY.id, cast.ONE_STOP_HEAD.id)[place % 2]
    head = (cast.HEAD.id, cast.ONE_STOP_HEAD.id)[place % 2]
    results = [
        {"no": 1, "actual": "99%", "evidence": mark},
        {"no": 2, "actual": "không có"},
        {"no": 3, "actual": "Đã ban hành ngày 15/5/2026"},
    ]
    changed = [{"no": 1, "target": "từ 95% trở lên", "measures": mark}]
    acts: dict[str, tuple[str, Act, str, dict[str, Any]]] = {
        "amend": (owner, Act.AMEND_PLAN, "", {"objectives": changed, "reason": mark}),
        "approve": (head, Act.APPROVE_AMENDMENT, "yes", {}),
        "refuse": (head, Act.APPROVE_AMENDMENT, "no", {"remarks": mark}),
        "actuals": (owner, Act.RECORD_ACTUALS, "", {"results": results[2:], "quarter": 1}),
        "december": ("", Act.ASK_EVALUATION, "", {"evaluation_due": "2026-12-30"}),
        "evaluate": (owner, Act.EVALUATE, "", {"results": results}),
        "accept": ((cast.HEAD, cast.SECRETARY)[place % 2].id, Act.ACCEPT_EVALUATION, "yes", {}),
    }
    who, act, answer, said = acts[which]
    world.letter(who, act, answer, code, **said)


def loses_nothing(world: World) -> None:
    """Check that what rows without a code say is told, and that no line's row is just gone."""
    told = world.everything_told()
    judging = world.house.world(world.now)
    for editor in map(GoalEditor, world.editors):
        new = [row.text("Mục tiêu") for row in editor.rows() if not row.text(CODE)]
        untold = marks(" ".join(new)) - marks(told)
        assert not untold, untold
        there = {row.text(CODE) for row in editor.rows()}
        lines = _lines(world, judging, editor.register.unit)
        gone = [code for code in lines if code not in there and code not in world.asked_about()]
        assert not gone, gone


def is_equal(world: World) -> None:
    """Check that each row shows the record, but in cells that are told to wait."""
    judging = world.house.world(world.now)
    for editor in map(GoalEditor, world.editors):
        told = editor.told()
        lines = _lines(world, judging, editor.register.unit)
        seen: set[str] = set()
        for row in sorted(editor.rows(), key=lambda r: r.index):
            code = row.text(CODE)
            if code not in lines or code in seen:
                continue
            seen.add(code)
            of_row = [line for line in told if line[CODE] == code]
            for header, cell in row.cells.items():
                if header == CODE or OBJECTIVES.owners[header] is KEEPER:
                    continue
                waits = any(header in line["Cột"] or "chép" in line["Vì sao"] for line in of_row)
                ours = lines[code].get(header)
                value = canon(cell.value)
                alike = same(ours, value) or as_text(ours) == as_text(value)
                assert alike or waits, (code, header, ours, cell.value)


def _lines(world: World, judging: Judging, unit: str | None) -> dict[str, dict[str, Value]]:
    years = world.house.settings.retention.years
    with world.open_work(reading=True) as work:
        found = [project_lines(matter, judging, years) for matter in matters(work, unit)]
    return {code: row for lines in found for code, row in lines.items()}
