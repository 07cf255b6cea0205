"""The JSON document of one notice: all that its mail says, in words as of the act.

`actions` makes it inside the unit of work, the record keeps it, `outbox` turns it into a mail.
Every text is Vietnamese, NFC, as people read it (days as 05/02/2026 and 05/3/2026, local time);
nothing in it is markup, so whatever people typed goes in as typed. The token of the ask is never
part of it.
"""

from typing import Any, Literal, NotRequired, TypedDict


class Agency(TypedDict):
    """Who sends: `address` is the one mailbox, `domain` its part for Message-IDs (ASCII)."""

    name: str
    parent: str
    address: str
    display_name: str
    domain: str


class Recipient(TypedDict):
    """The one person the mail goes to; `id` and `name` are empty for a stranger."""

    id: str
    name: str
    email: str
    position: str


class Row(TypedDict):
    """A labelled value; the value may hold several lines."""

    label: str
    value: str


class Stage(TypedDict):
    """One cell of the step bar."""

    label: str
    standing: Literal["done", "now", "todo"]


class RequestGlance(TypedDict):
    """The request as it stands after the act.

    The layout prints every named field that is not empty; `rows` are printed after them, so they
    hold only what has no name here (cause, measures, deadline of the work …). `title` is the
    content cut to one short line and never changes: it stands in the subject. `called` names the
    matter: "Phiếu số 07/2026".
    """

    code: str
    called: str
    number: str
    kind_label: str
    unit: str
    title: str
    content: str
    category: str
    reporter: str
    state_label: str
    ended: bool
    opened_on: str
    waiting: list[str]
    due: str
    progress: list[Stage]
    predecessor: str
    successor: str
    rows: list[Row]


class Happened(TypedDict):
    """The act that caused the notice.

    `by` is a person id, empty for the program; `at` is "05/3/2026 HH:MM"; `clause` is empty for a
    house rule; `rows` are what the act carried; `notes` are remarks of the program (repeat
    proposed, same person verifies …); `verified` is False for words "chưa xác thực".
    """

    act: str
    answer: str
    act_label: str
    clause: str
    by: str
    by_name: str
    by_position: str
    at: str
    entered_by_name: str
    rows: list[Row]
    notes: list[str]
    verified: bool


class FieldLine(TypedDict):
    """A labelled line people type: "Thời hạn: ngày/tháng/năm"."""

    label: str
    hint: str
    required: bool


class Choice(TypedDict):
    """One way to answer: `type` is the phrase of the first line, `label` names it on a button."""

    answer: str
    type: str
    label: str
    fields: list[FieldLine]


class Listed(TypedDict):
    """One ask of a list as its reader answers it: by the number of its request.

    `title` is empty where the ask before it is about the same request.
    `late` counts the working days that the day due has passed by: 0 on the last day to keep it,
    -1 before. `place_of` names whom the reader stands in for, `told` those above who were told.
    """

    number: int
    title: str
    unit: str
    late: int
    place_of: str
    told: list[str]


class Ask(TypedDict):
    """What this person is asked to do.

    `request` is a code, empty when one word answers for all (5.3's list, a challenge). `due` is
    "05/3/2026" or empty; `internal` is True where the limit is the agency's own (hạn nội bộ).
    `others` are the less usual acts possible now (pass_up, transfer …). `listed` is set where many
    requests are asked about, to be shown shortly.
    """

    request: str
    act: str
    act_label: str
    clause: str
    due: str
    internal: bool
    choices: list[Choice]
    others: list[Choice]
    listed: NotRequired[Listed]


class Result(TypedDict):
    """What became of one act of a letter; `possible` says what can be done now instead.

    `understood` shows, field by field, what one word would confirm.
    """

    request: str
    act_label: str
    outcome: Literal["done", "asked", "refused", "held"]
    text: str
    possible: list[str]
    understood: NotRequired[list[Row]]


class Table(TypedDict):
    """A list of several things: the first column names each row."""

    columns: list[str]
    rows: list[list[str]]


class Section(Table):
    """A list under its own heading; `more` counts the requests that it leaves out."""

    title: str
    more: int


class Bar(TypedDict):
    """A figure with its bar: `share` is its part of the greatest, 0 to 100."""

    label: str
    value: int
    share: int


class Digest(TypedDict):
    """What a mail of many requests tells beside its asks; `more` counts the asks left out."""

    day: str
    more: int
    sections: list[Section]
    figures: list[Bar]


class LetterGlance(TypedDict):
    """The letter that is answered, held or set aside; `sender` is as it was written in From.

    `message_id` may be empty and may lack its angle brackets.
    """

    id: int
    message_id: str
    subject: str
    sender: str
    received_at: str
    excerpt: str


class FormAttachment(TypedDict):
    """A document to be filled when the mail is composed.

    `form` is action_request (its view is the request's code), presented_list, objective_plan,
    objective_report, pages, register, list or pack. `entries` is how many entries the request's
    journal had: the form shows the request as it was then, and a copy that comes back is known to
    be old; 0 for what is of several.
    """

    form: str
    view: dict[str, Any]
    entries: int


class BlobAttachment(TypedDict):
    """A file kept in the record."""

    name: str
    sha256: str


class Context(TypedDict):
    """The whole document; `kind` names the template `templates/mail/<kind>.txt`.

    `kind` is an act's value for a notice of an act (then `happened` and `request` are set), or one
    of answer, confirm, present_list, deadline_reached, quarter_due, triage, receipt_stranger,
    set_aside, register_notes, register_confirm, register_rows, register_open, undelivered, absence,
    answers_paused, scanned, confirm_stand_in, stand_in, stand_in_ended, stand_in_work, joining,
    forwarded, disposal_list, disposal_told, help, reminder, digest. `details` are labelled lines
    for kinds without `happened`.
    """

    kind: str
    agency: Agency
    person: Recipient
    request: RequestGlance | None
    happened: Happened | None
    letter: LetterGlance | None
    details: list[Row]
    results: list[Result]
    asks: list[Ask]
    table: Table | None
    attachments: list[FormAttachment | BlobAttachment]
    digest: NotRequired[Digest]
