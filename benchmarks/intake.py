"""Measures the intake: messages for each second of processor time, beside a floor.

`python -m benchmarks.intake [--against] [--count N]`; the floor is what any program must do with a
message: parse it, take its body, insert one row and commit.
"""

import email
import gc
import sqlite3
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import structlog

from benchmarks.against import FIRST, rates
from benchmarks.post import deliver, replies, reports
from mailflow.demo import cast
from mailflow.demo.post import Mail, Moved, read_mail
from mailflow.home import make_home
from mailflow.intake import desk
from mailflow.outbox.send import send_one
from mailflow.record import Outcome
from mailflow.wiring import Service, open_service

START = datetime.fromisoformat("2026-03-02T08:00:00+07:00")
PACE = timedelta(minutes=2)
"""Between two letters, so that no sender writes too many within ten minutes."""

SHARES = {"reports": 1 / 2, "replies": 1 / 3}
"""Of the floor's messages a second: the targets."""


class Sent:
    """Keeps what the outbox sends instead of sending it."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Take one mail."""
        self.mails.append(read_mail(message))
        return "kept"

    def close(self) -> None:
        """Nothing is held open."""


def main(arguments: Sequence[str]) -> int:
    """Run both sets; the exit code is 1 when a target is missed."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="letters of each kind")
    parser.add_argument("--against", action="store_true", help="roundup and django-helpdesk too")
    wanted = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with TemporaryDirectory(prefix="bench-intake-") as folder:
        return _measured(Path(folder), wanted.count, against=wanted.against)


def _measured(folder: Path, count: int, *, against: bool) -> int:
    home, clock = folder / "home", Moved(START)
    make_home(home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
    service = open_service(home, clock, with_pdf=False)
    plain = reports(count, START)
    rate, most = _one_set("reports", plain, service, clock, folder)
    met = [rate >= SHARES["reports"] * most]
    if against:
        met.append(_beside(rates(plain, folder), rate))
    answers = replies(_asked(service, clock, count), clock())
    slower, most = _one_set("replies", answers, service, clock, folder)
    service.close()
    return 0 if all([*met, slower >= SHARES["replies"] * most]) else 1


def _beside(others: Mapping[str, float], rate: float) -> bool:
    """Say how often faster the plain reports were taken in here."""
    for name, other in others.items():
        _say(f"{name}: {other:.0f}/s; here {rate:.0f}/s, {rate / other:.1f} times (target 3.0)")
    return all(rate >= 3 * other for other in others.values())


def _one_set(
    name: str, letters: Sequence[bytes], service: Service, clock: Moved, folder: Path
) -> tuple[float, float]:
    """Measure one set of letters and the floor under it, in letters a second.

    The first letters are taken in before the clock starts, so that nobody pays for importing.
    """
    deliver(letters[:FIRST], service.settings.home, f"{name}-first")
    _taken_in(service, clock)
    letters = letters[FIRST:]
    deliver(letters, service.settings.home, name)
    floor = _timed(lambda: _floor(letters, folder / f"{name}.sqlite"))
    spent = _timed(lambda: _taken_in(service, clock))
    ended = _ended(service, len(letters))
    rate, most = len(letters) / spent, len(letters) / floor
    size = sum(map(len, letters)) / len(letters) / 1000
    _say(
        f"{name}: {len(letters)} letters of {size:.1f} kB: {rate:.0f}/s, floor {most:.0f}/s, "
        f"share {rate / most:.2f} (target {SHARES[name]:.2f}), ended as {ended}"
    )
    return rate, most


def _timed(work: Callable[[], object]) -> float:
    """Give the processor seconds that work takes, this process alone, all its threads."""
    gc.collect()
    start = process_time()
    work()
    return process_time() - start


def _floor(letters: Sequence[bytes], file: Path) -> None:
    """Do the least: parse, take the body, insert a row, commit as safely as the record does."""
    record = sqlite3.connect(file)
    record.execute("PRAGMA journal_mode=WAL")
    record.execute("PRAGMA synchronous=FULL")
    record.execute("CREATE TABLE letters (id INTEGER PRIMARY KEY, subject TEXT, body TEXT)")
    for letter in letters:
        message = email.message_from_bytes(letter, policy=default)
        body = message.get_body()
        words = body.get_content() if body else ""
        record.execute(
            "INSERT INTO letters (subject, body) VALUES (?, ?)", (message["Subject"], words)
        )
        record.commit()
    record.close()


def _taken_in(service: Service, clock: Moved) -> None:
    """Take every letter in as the daemon does, from the mailbox to its folder."""
    mail = service.settings.mail
    folders = {"done": mail.done_folder, "review": mail.review_folder}
    for envelope in service.mailbox.waiting():
        clock.now += PACE
        place = desk.receive(service.desk, envelope, service.clock())
        if place:
            service.mailbox.file_away(envelope, folders[place])


def _ended(service: Service, count: int) -> str:
    with service.open_work(reading=True) as work:
        outcomes = Counter(
            letter.outcome or Outcome.SET_ASIDE for letter in work.letters.list(count)
        )
    return ", ".join(f"{outcome} {number}" for outcome, number in outcomes.most_common())


def _asked(service: Service, clock: Moved, count: int) -> list[Mail]:
    """Compose the mails that ask the unit heads, so that their tokens are born; none is sent."""
    sent = Sent()
    with service.open_work(reading=True) as work:
        waiting = list(map(work.notices.get, work.notices.due(clock(), 4 * count)))
        asking = [n.id for n in waiting if n.kind == "report" and work.asks.of_notice(n.id)]
    for notice in asking:
        send_one(service.open_work, notice, sent, service.outgoing, clock)
    return [mail for mail in sent.mails if mail.asks][:count]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
