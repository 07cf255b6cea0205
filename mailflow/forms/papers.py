"""Every name that the Word templates of the ISO board's and the review's papers may print.

Texts are as people read them, days included; lists are empty where nothing is. What the decree
prescribes around them (semicolons, "./.", capitals, rules) is the templates' business.
"""

from typing import TypedDict

from mailflow.forms.names import Said, Tick


class Signer(TypedDict):
    """Who signs: `lines` are authority and title ("KT. Giám đốc", "Phó Giám đốc")."""

    lines: list[str]
    name: str


class Headed(TypedDict):
    """The head of every paper; `symbol` follows the registry's number: "BC-SKHPT"."""

    parent: str
    agency: str
    symbol: str
    place_date: str


# --- 5.3 ------------------------------------------------------------------------------------------


class PresentedRow(TypedDict):
    """One request of the consolidated list."""

    no: str
    number: str
    kind: str
    unit: str
    content: str
    correction: str
    reasons: str
    sent_on: str


class PresentedListView(TypedDict):
    """The consolidated list that is put before the ISO lead; `said` stands for a signature."""

    parent: str
    agency: str
    place_date: str
    rows: list[PresentedRow]
    remarks: str
    said: Said


# --- the management review (5.8) -----------------------------------------------------------------


class Decision(TypedDict):
    """One decision of a review; `number` is that of its request BM.CTCL.01."""

    no: str
    what: str
    lead: str
    coordination: str
    by: str
    number: str
    risk: str


class Decided(TypedDict):
    """The outputs of 5.8.1.2, each possibly empty."""

    opportunities: list[Decision]
    changes: list[Decision]
    resources: list[Decision]


class Attendee(TypedDict):
    """One person of the meeting."""

    no: str
    name: str
    position: str
    role: str
    present: str


class Input(TypedDict):
    """One input of 5.8.1.1 as it was dealt with."""

    no: str
    what: str
    reporter: str
    summary: str
    opinion: str


class ReviewMinutesView(Decided):
    """BM.CTCL.02; `started` and `ended` are hour and day in words."""

    parent: str
    agency: str
    symbol: str
    year: str
    started: str
    ended: str
    place: str
    forms: list[Tick]
    attendees: list[Attendee]
    chair: str
    secretary: str
    inputs: list[Input]
    discussion: list[str]
    secretary_signer: Signer
    chair_signer: Signer
    recipients: list[str]


class Figure(TypedDict):
    """One figure, the one of the period before, and where it can be checked (sheet, filter)."""

    name: str
    value: str
    before: str
    source: str


class Bar(TypedDict):
    """One bar of a chart; `share` is its length in per cent of the longest possible."""

    label: str
    value: str
    share: int


class Part(TypedDict):
    """One input in the report: words, figures, and a chart where `bars` are given."""

    title: str
    paragraphs: list[str]
    figures: list[Figure]
    chart: str
    bars: list[Bar]


class Left(TypedDict):
    """Something that stands in the register and was not taken up: where, what, and why."""

    place: str
    code: str
    column: str
    typed: str
    why: str


class ReviewAgendaView(TypedDict):
    """The compiled inputs of a review as they go to those who meet (5.8.1.1)."""

    parent: str
    agency: str
    place_date: str
    year: str
    when: str
    place: str
    chair: str
    participants: str
    parts: list[Part]
    notes: list[str]
    left: list[Left]


class Shortcoming(TypedDict):
    """One shortcoming with its cause and what is done about it."""

    no: str
    what: str
    cause: str
    action: str


class Comment(TypedDict):
    """One member's comment on the draft and what became of it; silence reads so."""

    member: str
    comment: str
    answer: str
    on: str


class ReviewReportView(Headed):
    """The report on the QMS that is reviewed in place of a meeting (5.8.2)."""

    period: str
    bases: list[str]
    overview: list[str]
    parts: list[Part]
    shortcomings: list[Shortcoming]
    proposals: list[str]
    comments: list[Comment]
    left: list[Left]
    closing: str
    recipients: list[str]
    signer: Signer


class ReviewNoticeView(Headed, Decided):
    """The notice of a review's results (5.8.2)."""

    year: str
    bases: list[str]
    overall: list[str]
    organisation: list[str]
    closing: str
    recipients: list[str]
    signer: Signer


# --- quality objectives, appendix 3 (5.9) --------------------------------------------------------


class PlannedObjective(TypedDict):
    """One line of a plan; `measured` is how often, by which method, from which data."""

    no: str
    objective: str
    indicator: str
    unit: str
    last_year: str
    target: str
    measures: str
    resources: str
    lead: str
    coordination: str
    by: str
    measured: str
    serves: str
    concerns: str
    note: str


class ObjectivePlanView(TypedDict):
    """The plan of quality objectives of a unit or of the agency (`owner`) for a year."""

    parent: str
    agency: str
    place_date: str
    year: str
    owner: str
    objectives: list[PlannedObjective]
    notes: list[str]
    drafter: Signer
    approver: Signer


class ReportedObjective(TypedDict):
    """One line of a report; `result` reads numerator/denominator and what it makes."""

    no: str
    objective: str
    target: str
    result: str
    q1: str
    q2: str
    q3: str
    q4: str
    verdict: str
    cause: str
    action: str
    evidence: str
    proposal: str


class ObjectiveReportView(TypedDict):
    """The report on the quality objectives of a unit or of the agency (`owner`) for a year."""

    parent: str
    agency: str
    place_date: str
    year: str
    owner: str
    objectives: list[ReportedObjective]
    notes: list[str]
    drafter: Signer
    approver: Signer
