"""The tables STEPS and WAITS in Vietnamese, row by row, as an auditor reads them."""

from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.steps import STEPS, WAITS
from mailflow.procedure.table import Step, Wait, When
from mailflow.procedure.terms import ENDS, REQUESTS, Kind, State

WHEN = {
    When.ALWAYS: "",
    When.DEADLINE_REACHED: "đến thời hạn đã đề ra",
    When.CHANGE_PENDING: "đang có đề nghị thay đổi",
    When.NO_CHANGE_PENDING: "không có đề nghị thay đổi đang chờ",
    When.NOT_PLANNED: "chưa có kế hoạch thực hiện",
    When.LONG_WORK: "thời gian thực hiện kéo dài",
    When.QUARTER_DUE: "hết quý mà chưa có kết quả",
    When.NOT_MET_LEFT: "còn mục tiêu không đạt chưa xử lý",
    When.INVITATIONS_OPEN: "còn người chưa trả lời giấy mời",
    When.INPUTS_LEFT: "còn nội dung đầu vào chưa gửi",
    When.NOTHING_LACKING: "biên bản đã đủ nội dung",
    When.SOMETHING_LACKING: "biên bản còn thiếu nội dung",
    When.COMMENTS_OPEN: "còn người chưa cho ý kiến và chưa quá hạn góp ý",
    When.COMMENTS_IN: "đã đủ ý kiến hoặc hết hạn góp ý",
    When.DECISIONS_LEFT: "còn kết luận chưa xử lý",
    When.RISKS_LEFT: "còn phân tích rủi ro chưa cập nhật",
}

HOUSE_RULE = "Quy định nội bộ"


def steps() -> list[dict[str, str]]:
    """Give one row per arrow: clause, title, act, kinds, from, to, who, must, box, tell, when."""
    return [_step(step) for step in STEPS]


def waits(limits: dict[str, int]) -> list[dict[str, str]]:
    """Give one row per act owed: clause, state, kinds, act, who, limit, when.

    `limits` gives working days by name.
    """
    return [_wait(wait, limits) for wait in WAITS]


def _step(step: Step) -> dict[str, str]:
    here = "giữ nguyên"
    return {
        "clause": step.clause or HOUSE_RULE,
        "title": step.title,
        "act": labels.act_label(step.act, step.answer),
        "kinds": _kinds(step.kinds),
        "from": _states(step.sources) if step.sources else "(phiếu mới)",
        "to": labels.STATE[step.target] + _end(step.target) if step.target else here,
        "who": ", ".join(labels.ROLE[role] for role in step.who),
        "must": "; ".join(_need(need) for need in step.must),
        "box": labels.BOX[step.box],
        "tell": ", ".join(labels.ROLE[role] for role in step.tell),
        "when": WHEN[step.when],
    }


def _wait(wait: Wait, limits: dict[str, int]) -> dict[str, str]:
    return {
        "clause": wait.clause or HOUSE_RULE,
        "state": labels.STATE[wait.state],
        "kinds": _kinds(wait.kinds),
        "act": labels.ACT[wait.act],
        "who": labels.ROLE[wait.who],
        "limit": _limit(wait, limits),
        "when": WHEN[wait.when],
    }


def _limit(wait: Wait, limits: dict[str, int]) -> str:
    if wait.limit == "month":
        return "hằng tháng"
    within = f"{limits[wait.limit]} ngày làm việc (hạn nội bộ)" if wait.limit else ""
    on = f"đúng {_inside(FIELDS[wait.on].label)}" if wait.on else ""
    if wait.when is When.QUARTER_DUE:
        return f"{within} kể từ ngày hết quý"
    if wait.when is When.DEADLINE_REACHED:
        return f"{within} kể từ {_inside(FIELDS[wait.on].label)}"
    return f"{on} hoặc {within}, lấy ngày muộn hơn" if on and within else on or within


def _kinds(kinds: tuple[Kind, ...]) -> str:
    return "mọi loại" if kinds == REQUESTS else ", ".join(labels.KIND[k] for k in kinds)


def _states(states: tuple[State, ...]) -> str:
    return ", ".join(labels.STATE[state] for state in states)


def _end(state: State) -> str:
    return " (kết thúc)" if state in ENDS else ""


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:]


def _need(need: str) -> str:
    return " hoặc ".join(_inside(FIELDS[name].label) for name in need.split("|"))
