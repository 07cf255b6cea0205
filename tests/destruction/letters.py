"""What people write in a town of five hundred letters, and what each letter must come to."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.people import Person

STRANGER = Person("khach@dan.example", "Người Dân", "khach@dan.example", "")
PASSES: frozenset[str] = frozenset({"done"})
ASKED = frozenset({"asked"})
HELD = frozenset({"held"})
NOTHING = frozenset({"asked", "held", "refused"})
IGNORED = frozenset({"ignored"})


@dataclass(frozen=True)
class Expected:
    """How a letter may end, and the acts that stand in the journal when it ends as done."""

    kind: str
    outcomes: frozenset[str]
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Who says what when asked, and the act it is; without an act it moves nothing."""

    who: Person
    says: str
    act: str = ""


_GIVEN = "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Ngô Thị Bích\nHạn: 10/03/2026"
_SOLUTION = (
    "Đề xuất giải pháp\nNguyên nhân: Chờ lâu\nBiện pháp: Lập quy trình; "
    "người thực hiện: Đặng Thị Mai; hạn: 20/03/2026; đầu ra: quy trình\nNguồn lực: không"
)
_ANALYSIS = "Giao phân tích\nChỉ đạo: Làm rõ\nNgười thực hiện: Đặng Thị Mai\nThời hạn: 12/03/2026"
_UNSURE = "Để tôi xem lại với anh em đã rồi trả lời sau nhé"
HEAD, LEAD = cast.ONE_STOP_HEAD, cast.LEAD

NONCONFORMITY, IMPROVEMENT = "Báo cáo không phù hợp", "Đề xuất cải tiến"
Story = tuple[str, Person, tuple[Step, ...]]
_NO_NEED = "Không cần thực hiện\nLý do: việc này đã có trong kế hoạch"
STORIES: tuple[Story, ...] = (
    (
        NONCONFORMITY,
        cast.CLERK,
        (
            Step(
                HEAD,
                "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng",
                "decide_disposition",
            ),
            Step(HEAD, _NO_NEED, "decide_need"),
        ),
    ),
    (
        NONCONFORMITY,
        cast.CLERK,
        (
            Step(HEAD, _UNSURE),
            Step(HEAD, _GIVEN, "decide_disposition"),
            Step(
                cast.COLLEAGUE,
                "Đã xử lý\nKết quả xử lý: Đã sửa\nBằng chứng: Phiếu hẹn",
                "report_correction",
            ),
        ),
    ),
    (
        IMPROVEMENT,
        cast.CLERK,
        (
            Step(HEAD, "Cần thực hiện\nDấu hiệu: Cơ hội cải tiến", "decide_need"),
            Step(cast.SECRETARY, "Trình", "present"),
            Step(LEAD, _ANALYSIS, "direct"),
            Step(cast.PLANNER, _SOLUTION, "propose_solution"),
            Step(LEAD, "Đồng ý", "approve_solution"),
        ),
    ),
    (
        IMPROVEMENT,
        cast.COLLEAGUE,
        (Step(HEAD, _NO_NEED, "decide_need"),),
    ),
)


@dataclass
class Matter:
    """A report on its way: its mark, the steps still to be said, its code once a mail names it."""

    mark: str
    steps: list[Step]
    code: str = ""
    asked: Mail | None = None


@dataclass
class People:
    """The people of the agency and around it; `random` decides what comes next.

    `answers` is the share of letters that answer us, while we ask; `noise` that of what nobody
    asked for among the others.
    """

    random: random.Random
    stories: Sequence[Story] = STORIES
    answers: float = 0.7
    noise: float = 0.35
    written: int = 0
    matters: list[Matter] = field(default_factory=list)
    expected: dict[str, Expected] = field(default_factory=dict)

    def write(self) -> EmailMessage:
        """Write the next letter: mostly an answer to whom we asked, else something new."""
        waiting = [matter for matter in self.matters if matter.asked and matter.steps]
        if waiting and self.random.random() < self.answers:
            return self._answer(self.random.choice(waiting))
        if self.random.random() < self.noise:
            return self._noise()
        return self._report()

    def receive(self, mail: Mail) -> None:
        """Read one mail of ours, and know whom it asks about what."""
        if not mail.asks or mail.lists:
            return
        for matter in self.matters:
            known = matter.code and matter.code == mail.code
            if known or (not matter.code and f"{matter.mark}:" in mail.text):
                matter.code = mail.code
                if matter.steps and matter.steps[0].who.email == mail.to:
                    matter.asked = mail
                return

    def _report(self) -> EmailMessage:
        words, who, steps = self.random.choice(self.stories)
        mark = f"Chuyện số {self.written}"
        self.matters.append(Matter(mark, list(steps)))
        text = f"{words}\n{mark}: {self._tale()}"
        return self._letter(who, "Việc mới", text, Expected("report", PASSES, ("report",)))

    def _tale(self) -> str:
        places = ("quầy số 3", "bàn tiếp nhận", "phòng họp tầng 2", "kho lưu trữ", "hòm thư góp ý")
        matters = ("phải chờ quá giờ hẹn", "giấy hẹn ghi sai ngày", "bảng niêm yết còn bản cũ")
        return f"tại {self.random.choice(places)}, {self.random.choice(matters)}."

    def _answer(self, matter: Matter) -> EmailMessage:
        mail, step = matter.asked, matter.steps[0]
        assert mail
        if self.random.random() < 0.08:
            expected = Expected("another's token", NOTHING)
            return self._reply(cast.EXPERT, mail, step.says, expected)
        matter.steps.pop(0)
        if not matter.steps:
            self.matters.remove(matter)
        matter.asked = None if step.act else mail
        acts = (step.act,) if step.act else ()
        expected = Expected(step.act or "unsure", PASSES if acts else ASKED, acts)
        return self._reply(step.who, mail, step.says, expected)

    def _noise(self) -> EmailMessage:
        kind = self.random.choice(tuple(NOISE))
        who, subject, text, headers, expected = NOISE[kind]
        codes = [matter.code for matter in self.matters if matter.code and matter.steps]
        code = self.random.choice(codes) if codes else ""
        if not code and "{code}" in subject:
            return self._noise()
        letter = self._letter(who, subject.format(code=code), text, expected)
        for name, value in headers.items():
            letter[name] = value
        return letter

    def _reply(self, who: Person, mail: Mail, text: str, expected: Expected) -> EmailMessage:
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        said = f"{text}\n\nVào 09:00 02/03/2026, ISO đã viết:\n{quoted}\n"
        letter = self._letter(who, f"Re: {mail.subject}", said, expected)
        letter["In-Reply-To"] = letter["References"] = mail.message_id
        return letter

    def _letter(self, who: Person, subject: str, text: str, expected: Expected) -> EmailMessage:
        self.written += 1
        letter = EmailMessage(policy=SMTP)
        letter["From"] = f"{who.name} <{who.email}>"
        letter["To"] = cast.MAILBOX
        letter["Subject"] = subject
        letter["Message-ID"] = f"<{self.written}@{who.email.partition('@')[2]}>"
        letter.set_content(text)
        self.expected[str(letter["Message-ID"]).strip("<>")] = expected
        return letter


Noise = tuple[Person, str, str, Mapping[str, str], Expected]
NOISE: Mapping[str, Noise] = {
    "stranger": (STRANGER, "Hỏi", "Tôi muốn biết một việc", {}, Expected("stranger", HELD)),
    "stranger with a code": (
        STRANGER,
        "[{code}]",
        "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng",
        {},
        Expected("stranger with a code", HELD),
    ),
    "code without a token": (
        HEAD,
        "[{code}]",
        "Chuyển đơn vị\nĐơn vị: Phòng Kế hoạch\nLý do: thuộc việc của phòng này",
        {},
        Expected("code without a token", NOTHING),
    ),
    "comment": (
        cast.CLERK,
        "[{code}]",
        "Trao đổi thêm\nKhách đang chờ trả lời.",
        {},
        Expected("comment", PASSES | {"refused"}, ("comment",)),
    ),
    "absence": (
        cast.EXPERT,
        "Trả lời tự động: vắng mặt",
        "Tôi đi công tác từ ngày 02/3/2026 đến hết ngày 06/3/2026. Đồng ý.",
        {"Auto-Submitted": "auto-replied"},
        Expected("absence", IGNORED),
    ),
    "list": (
        STRANGER,
        "Bản tin tuần",
        "Tin trong tuần",
        {"List-Id": "<ban-tin.dan.example>", "Precedence": "bulk"},
        Expected("list", IGNORED),
    ),
    "help": (cast.PLANNER, "Trợ giúp", "Trợ giúp", {}, Expected("help", PASSES | ASKED)),
    "empty": (cast.PLANNER, "", "\n", {}, Expected("empty", ASKED)),
}
