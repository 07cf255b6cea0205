"""A small agency for one test: people write, the service works, we look at what they get."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Self

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.demo.post import Attached, Mail, Moved, Post
from mailflow.home import make_home
from mailflow.procedure.people import Person
from mailflow.procedure.request import Request
from mailflow.record import Letter, Outcome
from mailflow.settings import FILE
from mailflow.wiring import Service, open_service
from tests.databases import settle

START = datetime.fromisoformat("2026-03-02T08:00:00+07:00")
MALLORY = Person("mallory@giamao.example", "Kẻ Mạo Danh", "mallory@giamao.example", "")
"""One who must never succeed."""

REPORT = "Báo cáo không phù hợp\nTrả thiếu dấu trên giấy phép."
IMPROVEMENT = "Đề xuất cải tiến\nLấy số thứ tự qua tin nhắn."


class Agency:
    """The sample agency in a temporary home; every act is one letter and one round.

    With `beside` its record is that of another home, in which it is an agency of its own.
    """

    def __init__(
        self,
        home: Path,
        settings: str = "",
        beside: Path | None = None,
        agency_id: str = "",
    ) -> None:
        made = partial(make_home, home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email)
        made(Moved(START), cast.ROSTER)
        settle(home, agency_id, beside)
        self._settle_in(home, START, settings)

    @classmethod
    def again(cls, home: Path, now: datetime) -> Self:
        """Open a home that has lived already; what went out before is read."""
        agency = cls.__new__(cls)
        agency._settle_in(home, now)
        agency.post.fetch()
        return agency

    def _settle_in(self, home: Path, now: datetime, settings: str = "") -> None:
        self.home = home
        self.clock = Moved(now)
        if settings:
            self._set(settings)
        self.post = Post(home, cast.MAILBOX, self.clock)
        self.service = self._open()
        self.lists: list[Mail] = []

    def close(self) -> None:
        """End the service."""
        self.service.close()

    def _open(self) -> Service:
        return open_service(self.home, self.clock, with_pdf=False)

    def _set(self, lines: str) -> None:
        file = self.home / FILE
        text = file.read_text(encoding="utf-8")
        section, _, rest = lines.partition("\n")
        at = text.index(section) + len(section)
        file.write_text(f"{text[:at]}\n{rest}\n{text[at:]}", encoding="utf-8")

    def restart(self) -> None:
        """Stop the service and open it again, as after a crash."""
        self.service.close()
        self.service = self._open()

    def work(self) -> list[Mail]:
        """Let one round pass without a fault; gives the mails that went out.

        Lists of the day, which time alone sets off, are put by as `lists`.
        """
        failures = loop.run_once(self.service)
        assert failures == {}
        mails = self.post.fetch()
        self.lists = [mail for mail in mails if mail.lists]
        return [mail for mail in mails if not mail.lists]

    def wait(self, days: float = 0, hours: float = 0) -> list[Mail]:
        """Let time pass, then one round."""
        self.clock.now += timedelta(days=days, hours=hours)
        return self.work()

    def writes(
        self, who: Person, text: str, subject: str = "Việc mới", files: tuple[Attached, ...] = ()
    ) -> list[Mail]:
        """Somebody writes a new letter."""
        self.post.write(who, subject, text, files)
        return self.wait(hours=0.1)

    def replies(
        self, who: Person, text: str, code: str = "", files: tuple[Attached, ...] = ()
    ) -> list[Mail]:
        """Somebody replies to the last mail that asked them (about `code`)."""
        self.post.reply(who, self.post.last(who, code), text, files)
        return self.wait(hours=0.1)

    def receives(self, letter: EmailMessage | bytes | str) -> list[Mail]:
        """A letter arrives as it is."""
        raw = letter.as_bytes() if isinstance(letter, EmailMessage) else letter
        self.post.put(raw.encode() if isinstance(raw, str) else raw)
        return self.wait(hours=0.1)

    def letter(self) -> Letter:
        """The letter that came last."""
        with self.service.open_work(reading=True) as work:
            return work.letters.list(1)[0]

    def outcome(self) -> Outcome | None:
        """How the last letter ended."""
        return self.letter().outcome

    def request(self, code: str) -> Request:
        """A request as the record has it."""
        with self.service.open_work(reading=True) as work:
            found = work.requests.load(code)
        assert found is not None
        return found

    def codes(self) -> tuple[str, ...]:
        """Every request's code, oldest first."""
        with self.service.open_work(reading=True) as work:
            return work.requests.codes()

    def reported(self) -> str:
        """The clerk reports a nonconformity; gives its code."""
        self.writes(cast.CLERK, REPORT)
        return self.codes()[-1]

    def presented(self) -> str:
        """An improvement that waits for the ISO lead; gives its code."""
        self.writes(cast.CLERK, IMPROVEMENT)
        code = self.codes()[-1]
        self.replies(cast.ONE_STOP_HEAD, "Cần thực hiện\nDấu hiệu: Cơ hội cải tiến", code)
        self.replies(cast.SECRETARY, "Trình", code)
        return code

    def implementing(self) -> str:
        """The improvement, with a solution approved: one measure of the planner's, due 20/3."""
        code = self.presented()
        self.replies(
            cast.LEAD,
            "Giao phân tích\nChỉ đạo: Làm rõ\nNgười thực hiện: Đặng Thị Mai\nThời hạn: 10/03/2026",
            code,
        )
        self.replies(
            cast.PLANNER,
            "Đề xuất giải pháp\nNguyên nhân: Chờ lâu\nBiện pháp: Lập quy trình; "
            "người thực hiện: Đặng Thị Mai; hạn: 20/03/2026; đầu ra: quy trình\nNguồn lực: không",
            code,
        )
        self.replies(cast.LEAD, "Đồng ý", code)
        return code


def to(mails: list[Mail], who: Person) -> Mail:
    """The one mail that went to somebody."""
    found = [mail for mail in mails if mail.to == who.email]
    assert len(found) == 1, [f"{m.to}: {m.subject}" for m in mails]
    return found[0]
