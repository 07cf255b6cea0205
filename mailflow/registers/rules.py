"""Which columns of a register's row together make which act; a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailflow.procedure import labels
from mailflow.procedure.folding import folded
from mailflow.procedure.request import Command
from mailflow.procedure.terms import Act
from mailflow.registers.cells import as_text
from mailflow.registers.columns import NO, NOTE, YES
from workbook_sync.values import Value

Row = Mapping[str, Value]
VERDICT, NEED, EVIDENCE, REPORTER = "Kết luận kiểm tra", "Cần HĐKP", "Bằng chứng", "Người phát hiện"


@dataclass(frozen=True)
class Rule:
    """The columns that together make an act; only what was typed now counts.

    `fields` maps fields of the act to columns. `needs` are columns that must be typed whatever
    the act itself demands. `choice` is a column that must say these words. `dated` is a column
    with the day it was done, `signer` one naming who did it: the keeper, or nobody.
    """

    act: Act
    answer: str
    fields: Mapping[str, str]
    needs: tuple[str, ...] = ()
    choice: tuple[str, str] | None = None
    dated: str = ""
    signer: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """List every column the rule reads."""
        choice = self.choice[0] if self.choice else ""
        named = (*self.fields.values(), *self.needs, choice, self.dated, self.signer)
        return tuple(dict.fromkeys(filter(None, named)))

    def fits(self, typed: Row) -> bool:
        """Say whether the column that chooses between answers allows this one."""
        if self.choice is None or typed.get(self.choice[0]) is None:
            return True
        return folded(as_text(typed[self.choice[0]])) == folded(self.choice[1])


def _verdict(answer: str, fields: Mapping[str, str]) -> Rule:
    return Rule(
        Act.VERIFY,
        answer,
        fields,
        needs=(VERDICT,),
        choice=(VERDICT, labels.ANSWER[Act.VERIFY, answer]),
        signer="Người kiểm tra xác nhận",
    )


_SEEN = {"evidence_seen": EVIDENCE}
_NOT_MET = {"evidence_seen": EVIDENCE, "shortfall": NOTE}
RULES: tuple[Rule, ...] = (
    Rule(Act.TRANSFER, "", {"unit": "Đơn vị", "reason": NOTE}, needs=("Đơn vị",)),
    Rule(
        Act.DECIDE_DISPOSITION,
        "work",
        {
            "disposition": "Hình thức xử lý",
            "performer": "Người xử lý",
            "correction_due": "Hạn xử lý",
            "checker": "Người kiểm tra xử lý",
        },
    ),
    Rule(
        Act.DECIDE_DISPOSITION,
        "no_work",
        {"disposition": "Hình thức xử lý", "reason": "Dấu hiệu/lý do"},
    ),
    Rule(Act.REPORT_CORRECTION, "", {"correction": "Kết quả xử lý", "evidence": EVIDENCE}),
    Rule(
        Act.DECIDE_NEED,
        "yes",
        {"signs": "Dấu hiệu/lý do"},
        needs=(NEED,),
        choice=(NEED, YES),
    ),
    Rule(
        Act.DECIDE_NEED,
        "no",
        {"reason": "Dấu hiệu/lý do"},
        needs=(NEED,),
        choice=(NEED, NO),
    ),
    Rule(Act.PRESENT, "", {}, needs=("Ngày trình",), dated="Ngày trình"),
    Rule(
        Act.DIRECT,
        "assign",
        {
            "direction": "Chỉ đạo",
            "assignees": "Người được phân công",
            "analysis_due": "Hạn phân tích",
        },
    ),
    Rule(
        Act.APPROVE_SOLUTION,
        "yes",
        {"implementers": "Người triển khai", "deadline": "Hạn hoàn thành"},
        needs=("Người triển khai", "Hạn hoàn thành"),
    ),
    Rule(Act.REPORT_PROGRESS, "", {"percent": "Tiến độ %", "progress": "Báo cáo gần nhất"}),
    Rule(
        Act.REPORT_COMPLETION,
        "all",
        {"result": "Kết quả", "actual_date": "Ngày hoàn thành", "evidence": EVIDENCE},
        needs=("Kết quả", "Ngày hoàn thành"),
    ),
    _verdict("effective", _SEEN),
    _verdict("not_done", _NOT_MET),
    _verdict("incomplete", _NOT_MET),
    _verdict("not_effective", _NOT_MET),
    Rule(
        Act.CLOSE,
        "yes",
        {"closing_evidence": EVIDENCE},
        needs=("Ngày đóng",),
        dated="Ngày đóng",
        signer="Người đóng",
    ),
)
REPORT = Rule(
    Act.REPORT,
    "",
    {
        "kind": "Loại",
        "content": "Nội dung",
        "unit": "Đơn vị",
        "sources": "Nguồn",
        "category": "Nhóm nội dung",
        "severity": "Mức độ",
        "found_on": "Ngày lập",
        "evidence": EVIDENCE,
        "correction": "Kết quả xử lý",
    },
    needs=("Loại", REPORTER, "Nội dung"),
)


def columns_for(command: Command, needed: Iterable[str]) -> tuple[str, ...]:
    """Name the columns of the fields an act lacks (`a|b`: the first of them that has one)."""
    fields = {
        name: header
        for rule in (*RULES, REPORT)
        if (rule.act, rule.answer) == (command.act, command.answer)
        for name, header in rule.fields.items()
    }
    return tuple(
        next((fields[name] for name in need.split("|") if name in fields), need) for need in needed
    )
