"""Every name that a Word template of form BM.CTCL.01 may print."""

from typing import TypedDict


class Tick(TypedDict):
    """One box to tick and what it says."""

    mark: str
    label: str


class Said(TypedDict):
    """Who stands behind a part of the form, in place of a signature; all empty on blank paper.

    `who` is name and position, `role` the role they acted in, `proof` says when, by which channel
    and under which reference.
    """

    who: str
    role: str
    proof: str


class WorkRow(TypedDict):
    """One measure or one step of the plan; all empty on blank paper."""

    no: str
    what: str
    who: str
    coordination: str
    by: str
    output: str


class ChangeRow(TypedDict):
    """One line of box 2's table of changes (5.5); `what` reads "old → new"."""

    no: str
    on: str
    what: str
    reason: str
    decided: str


class ProgressRow(TypedDict):
    """One monthly report (5.5)."""

    month: str
    progress: str
    percent: str
    difficulties: str
    reported: str


class CompletionRow(TypedDict):
    """One report of completion, of all measures or of those numbered (5.5)."""

    numbers: str
    result: str
    actual_date: str
    evidence: str
    reported: str


class ActionRequestView(TypedDict):
    """Form BM.CTCL.01 as plain JSON; texts are empty, tables one blank row, where nothing is yet.

    Lines: basis (what else the report carried), the `…_earlier` of each box (acts that are no
    longer current), files (everything attached).
    """

    parent: str
    agency: str
    issue: str
    number: str
    code: str
    opened_on: str
    unit: str
    standing: str
    predecessor: str
    successor: str
    kinds: list[Tick]
    sources: list[Tick]

    content: str
    basis: list[str]
    found_on: str
    file_numbers: str
    violated: str
    evidence: str
    severity: list[Tick]
    category: str
    repeats: str
    dispositions: list[Tick]
    disposition_note: str
    disposition_said: Said
    performer: str
    correction_due: str
    checker: str
    correction: str
    correction_said: Said
    check: str
    check_said: Said
    reporter_said: Said
    need: list[Tick]
    signs: list[Tick]
    need_reason: str
    need_said: Said
    sent_on: str
    box1_earlier: list[str]

    received_on: str
    presented_on: str
    present_remarks: str
    present_said: Said
    directions: list[Tick]
    direction: str
    assignees: str
    analysis_due: str
    direct_said: Said
    board_earlier: list[str]

    cause_label: str
    root_cause: str
    measures: list[WorkRow]
    resources: str
    proposal_said: Said
    approvals: list[Tick]
    approval_remarks: str
    implementers: str
    deadline: str
    approval_said: Said
    plan: list[WorkRow]
    plan_remarks: str
    plan_said: Said
    changes: list[ChangeRow]
    progress: list[ProgressRow]
    completions: list[CompletionRow]
    box2_earlier: list[str]

    verdicts: list[Tick]
    evidence_seen: str
    shortfall: str
    verify_said: Said
    closings: list[Tick]
    closing_evidence: str
    close_said: Said
    box3_earlier: list[str]
    files: list[str]
