"""What stands after the destruction, read without Mailflow: SQL, IMAP, openpyxl, the sink's mail.

Each function gives sentences about what is wrong, none when all is well.
"""

import hashlib
import imaplib
import json
import sqlite3
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from openpyxl import load_workbook

from mailflow.actions.unreached import HELD_BACK
from mailflow.demo import cast
from tests.destruction.town import Town, message_id

SENT = "Sent"
"""The folder of sent mail on this server."""


def faults(town: Town, kills: int) -> list[str]:
    """List everything that is wrong in a town once its daemon has come to rest."""
    record = town.home / "record.sqlite"
    with closing(sqlite3.connect(f"{record.as_uri()}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        return [
            *_letters(base, town),
            *_effects(base, town),
            *_mailbox(town),
            *_notices(base, town, kills),
            *_answered(base, town),
            *_numbers(base),
            *_chain(base),
            *_typed(base, town),
            *_registers(base, town),
            *_left_behind(town.home),
        ]


def _letters(base: sqlite3.Connection, town: Town) -> Iterator[str]:
    """Every letter that was delivered has one row, ended in one of the ways it may.

    One over which three daemons died may be set aside too: it could be what killed them.
    """
    rows = defaultdict(list)
    for row in base.execute("SELECT message_id, outcome, reason, attempts FROM letters"):
        rows[row["message_id"]].append(row)
    for name in rows.keys() - town.people.expected.keys():
        yield f"letter {name}: nobody wrote it"
    for name, expected in town.people.expected.items():
        kept = rows.get(name, [])
        if len(kept) != 1:
            yield f"letter {name} ({expected.kind}): {len(kept)} rows"
        elif kept[0]["outcome"] not in expected.outcomes and not _killed_three(kept[0]):
            row = kept[0]
            yield f"letter {name} ({expected.kind}): {row['outcome']}, {row['reason']!r}"


def _killed_three(row: sqlite3.Row) -> bool:
    return (row["outcome"], row["reason"]) == ("set_aside", "crashed") and row["attempts"] > 3


def set_aside(town: Town) -> int:
    """Count the letters set aside because three daemons died over them."""
    record = town.home / "record.sqlite"
    with closing(sqlite3.connect(f"{record.as_uri()}?mode=ro", uri=True)) as base:
        query = "SELECT count(*) FROM letters WHERE outcome = 'set_aside'"
        return int(base.execute(query).fetchone()[0])


def _effects(base: sqlite3.Connection, town: Town) -> Iterator[str]:
    """Every letter did the acts it asks for, once each, and nothing else."""
    query = (
        "SELECT letters.message_id AS name, journal.act AS act FROM letters"
        " JOIN journal ON journal.via_kind = 'letter' AND journal.via_id = letters.id"
    )
    done = defaultdict(list)
    for row in base.execute(query):
        done[row["name"]].append(row["act"])
    ended = dict(base.execute("SELECT message_id, outcome FROM letters").fetchall())
    for name, expected in town.people.expected.items():
        acts = expected.acts if ended.get(name) == "done" else ()
        if Counter(done[name]) != Counter(acts):
            yield f"letter {name} ({expected.kind}): did {done[name]}, not {acts}"


def _mailbox(town: Town) -> Iterator[str]:
    """Every letter that was delivered lies in one folder still, none in the inbox.

    Every mail that was sent has one copy in the folder of sent mail.
    """
    found: Counter[str] = Counter()
    ours = Counter({message_id(taken.content) for taken in town.sink.taken})
    with town.office.client(cast.MAILBOX) as client:
        for folder in _folders(client):
            assert client.select(folder, readonly=True)[0] == "OK"
            names = _names(client)
            if folder == "INBOX" and names:
                yield f"the inbox still has {len(names)} letters"
            if folder == SENT:
                yield from _copies(Counter(names), ours)
            else:
                found.update(names)
    for name in found.keys() | town.delivered.keys():
        if found[name] != town.delivered[name]:
            yield f"letter {name}: {town.delivered[name]} delivered, {found[name]} in the folders"


def _copies(kept: Counter[str], sent: Counter[str]) -> Iterator[str]:
    for name in kept.keys() | sent.keys():
        if kept[name] != sent[name]:
            yield f"mail {name}: sent, {kept[name]} copies kept"


def _folders(client: imaplib.IMAP4) -> list[str]:
    lines = [line for line in client.list()[1] if isinstance(line, bytes)]
    names = [line.rpartition(b'"/" ')[2].decode() for line in lines]
    return [name.strip('"') if name == '"INBOX"' else name for name in names]


def _names(client: imaplib.IMAP4) -> list[str]:
    _, data = client.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    return [message_id(item[1] + b"\r\n") for item in data if isinstance(item, tuple)]


def _notices(base: sqlite3.Connection, town: Town, kills: int) -> Iterator[str]:
    """Every notice was taken by the server, once or again as the same bytes; nothing else was."""
    went: dict[str, list[tuple[tuple[str, ...], bytes]]] = defaultdict(list)
    for taken in town.sink.taken:
        went[message_id(taken.content)].append((tuple(taken.recipients), taken.content))
    query = "SELECT id, status, message_id, address FROM notices WHERE error != ?"
    rows = base.execute(query, [HELD_BACK]).fetchall()  # who wrote a lot hears once, not each time
    yield from (f"notice {row['id']}: {row['status']}" for row in rows if row["status"] != "sent")
    owed = {row["message_id"]: row["address"] for row in rows}
    for name in went.keys() ^ owed.keys():
        yield f"mail {name}: {'sent' if name in went else 'owed'} only"
    for name, copies in went.items():
        if {to for to, _ in copies} != {(owed.get(name),)} or len(set(copies)) != 1:
            yield f"mail {name}: {len(set(copies))} different copies to {copies[0][0]}"
    again = len(town.sink.taken) - len(went)
    if again > kills:
        yield f"{again} mails were sent again over {kills} kills"


def _answered(base: sqlite3.Connection, town: Town) -> Iterator[str]:
    """Everything but what is ignored reaches a person."""
    query = (
        "SELECT message_id FROM letters WHERE outcome != 'ignored'"
        " AND id NOT IN (SELECT letter_id FROM notices WHERE letter_id IS NOT NULL)"
        " AND CAST(id AS TEXT) NOT IN (SELECT via_id FROM journal WHERE via_kind = 'letter'"
        "  AND request IN (SELECT request FROM notices))"
    )
    for row in base.execute(query):
        yield f"letter {row['message_id']}: nobody heard of it"


def _numbers(base: sqlite3.Connection) -> Iterator[str]:
    """Numbers are gapless in each series."""
    numbers = defaultdict(list)
    for row in base.execute("SELECT code, year, seq FROM requests"):
        numbers[row["code"].partition("-")[0], row["year"]].append(row["seq"])
    for series, given in numbers.items():
        if sorted(given) != list(range(1, len(given) + 1)):
            yield f"numbers of {series}: {sorted(given)}"


def _chain(base: sqlite3.Connection) -> Iterator[str]:
    """The journal's rows are numbered without a gap, its end is the one the agency names."""
    rows = base.execute("SELECT seq, hash FROM journal ORDER BY seq").fetchall()
    end = base.execute("SELECT journal_seq, journal_hash FROM agencies").fetchone()
    if [row["seq"] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the journal has a gap"
    if rows and tuple(rows[-1]) != tuple(end):
        yield f"the journal ends at {rows[-1]['seq']}, the agency says {end['journal_seq']}"
    for row in base.execute("SELECT sha256, data FROM blobs"):
        if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
            yield f"blob {row['sha256']} holds something else"
    for line in base.execute("PRAGMA integrity_check"):
        if line[0] != "ok":
            yield f"database: {line[0]}"


def _typed(base: sqlite3.Connection, town: Town) -> Iterator[str]:
    """Every row typed opened one request, every decision typed was made once."""
    opened: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in base.execute("SELECT act, fields FROM journal WHERE via_kind = 'register'"):
        said = json.loads(row["fields"])
        opened[_mark(str(said.get("content", "")))] += 1
        reasons[str(said.get("reason", ""))] += 1
    for mark in town.keepers.rows:
        if opened[mark] != 1:
            yield f"row {mark!r} opened {opened[mark]} requests"
    for code, reason in town.keepers.decided.items():
        if reasons[reason] != 1:
            yield f"decision {reason!r} on {code} was made {reasons[reason]} times"


def _mark(content: str) -> str:
    return content.partition(":")[0] + ":"


def _registers(base: sqlite3.Connection, town: Town) -> Iterator[str]:
    """Both workbooks are whole and list the requests of the record, each once."""
    query = "SELECT code, content, unit FROM requests WHERE code LIKE 'CTCL-%'"
    requests = {row["code"]: row for row in base.execute(query)}
    intents = base.execute("SELECT register_id FROM registers WHERE intent_sha256 IS NOT NULL")
    yield from (f"register {row[0]}: a write is still going on" for row in intents)
    for path, unit in ((town.keepers.agency, None), (town.keepers.unit, cast.ONE_STOP)):
        if zipfile.ZipFile(path).testzip() is not None:
            yield f"{path.name}: torn"
        shown = _rows(path)
        wanted = {c: r["content"] for c, r in requests.items() if unit in (None, r["unit"])}
        if Counter(code for code, _ in shown) != Counter(list(wanted)):
            yield f"{path.name}: lists {len(shown)} requests, the record has {len(wanted)}"
        for code, content in shown:
            if content != wanted.get(code):
                yield f"{path.name}: {code} says {content!r}, the record {wanted.get(code)!r}"


def _rows(path: Path) -> list[tuple[str, str]]:
    """Give code and content of each row of the sheet of requests."""
    book = load_workbook(path, read_only=True)
    try:
        lines = list(book["Phiếu"].iter_rows(values_only=True))
    finally:
        book.close()
    head = next(n for n, line in enumerate(lines) if "Mã" in line and "Nội dung" in line)
    code, content = lines[head].index("Mã"), lines[head].index("Nội dung")
    return [(str(line[code]), str(line[content])) for line in lines[head + 1 :] if line[content]]


def _left_behind(home: Path) -> Iterator[str]:
    """The copies are whole, and nothing half done lies about."""
    for path in sorted((home / "backup").iterdir()):
        if path.suffix != ".sqlite":
            yield f"{path.name} was left behind"
            continue
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                yield f"{path.name} is damaged"
