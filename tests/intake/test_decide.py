"""What a letter comes to, decided by its facts alone: commands, questions, or somebody's desk."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from mailflow.demo import cast
from mailflow.forms.boxes import Mark
from mailflow.forms.filled import Page
from mailflow.intake.decide import decide, hindrance
from mailflow.intake.lines import items
from mailflow.intake.meaning import Acts, Confirm, Doubt, Facts, Help, Triage
from mailflow.intake.quotes.quoting import new_words
from mailflow.intake.reading.attachments import Enclosed
from mailflow.intake.reading.signatures import UNSIGNED
from mailflow.intake.senders.sender import Sender
from mailflow.intake.wishes import Answered, Arranged, Wanted
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.terms import Act
from mailflow.record import Ask, AskLine
from tests.intake.letters import letter
from tests.intake.office import phrases
from tests.procedure.stories import Story, correcting, reported

CODE = "CTCL-2026-0001-B"
DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"
FILES = ({"name": "anh.jpg", "sha256": "0" * 64},)


def facts(
    text: str = DECISION,
    who: Person = cast.ONE_STOP_HEAD,
    story: Story | None = None,
    subject: str = "Re: KPH",
    **changes: Any,
) -> Facts:
    """A letter of somebody known, about the request of a story or about none."""
    read = letter(text, subject=subject)
    request = story.request if story else None
    values: dict[str, Any] = {
        "letter": read,
        "words": new_words(read, None),
        "sender": Sender(who.email, (who,), "known", "pass", who.name),
        "ask": None,
        "requests": {request.code: request} if request else {},
        "wrong": (),
        "unknown": (),
        "enclosed": Enclosed(),
        "via": Via("letter", "1"),
    }
    return Facts(**{**values, **changes})


def decided(found: Facts, story: Story | None = None) -> Any:
    """What the letter comes to."""
    return decide(found, (story or Story()).world, phrases(), "CTCL")


def only(decision: Any) -> Command | Doubt:
    """The one thing it comes to."""
    assert isinstance(decision, Acts), decision
    (item,) = decision.items
    return item


def reason(decision: Any) -> str:
    """The reason of the one doubt it comes to."""
    item = only(decision)
    assert isinstance(item, Doubt), item
    return item.reason


def asking(*kept: dict[str, Json], lines: Sequence[AskLine] = (), **changes: Any) -> Ask:
    """An ask of a person that holds commands or offers something."""
    story = Story()
    values = (1, cast.ONE_STOP_HEAD.id, 1, tuple(lines), list(kept) or None, story.now, None)
    return replace(Ask(*values), **changes)


HELD = asking({"act": "decide_need", "answer": "no", "request": CODE})
GUESSED = {"matter": "guess", "act": "decide_disposition", "answer": "no_work", "request": CODE}


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ({"authentication": "fail"}, "failed_authentication"),
        ({"signature": replace(UNSIGNED, why="tampered")}, "tampered_signature"),
        ({"standing": "unknown", "people": ()}, "unknown_sender"),
        ({"standing": "invalid", "people": ()}, "invalid_sender"),
    ],
)
def test_a_sender_who_may_be_another_waits_for_the_secretary(
    sender: dict[str, Any], why: str
) -> None:
    """Whatever the words say."""
    story = reported()
    found = facts(story=story)
    found = replace(found, sender=replace(found.sender, **sender))
    assert decided(found, story) == hindrance(found) == Triage(why)


@pytest.mark.parametrize("problem", ["encrypted", "signed_opaque"])
def test_words_nobody_can_reach_are_asked_for(problem: str) -> None:
    """In a form that can be read."""
    found = facts(story=reported())
    found = replace(found, letter=replace(found.letter, problems=(problem,)))
    assert reason(decided(found)) == problem
    assert hindrance(found) == Doubt("asked", problem)


def test_a_shared_mailbox_is_asked_who_wrote() -> None:
    """Two people have it, and none of them signed."""
    found = facts(story=reported())
    people = (cast.CLERK, cast.COLLEAGUE)
    found = replace(found, sender=replace(found.sender, people=people, standing="shared"))
    assert reason(decided(found)) == "which_person"
    assert hindrance(found) == Doubt("asked", "which_person")


UNREADABLE = [
    ({}, {"problems": ("size",)}, "too_large"),
    ({"certain": False}, {}, "only_quote"),
    ({"inline": ("Đồng ý",)}, {}, "inline"),
]


@pytest.mark.parametrize(("words", "read", "why"), UNREADABLE)
def test_words_that_are_not_sure_to_be_the_senders_are_asked_about(
    words: dict[str, Any], read: dict[str, Any], why: str
) -> None:
    """Alone, as the answer to an offer, and as what was said under a guess."""
    story = reported()
    found = facts(story=story)
    found = replace(
        found, words=replace(found.words, **words), letter=replace(found.letter, **read)
    )
    assert reason(decided(found, story)) == why
    assert hindrance(found) == Doubt("asked", why)
    for kept in ({"matter": "merge"}, GUESSED):
        assert reason(decided(replace(found, ask=asking(kept)), story)) == why


def test_a_plain_decision_is_a_command() -> None:
    """With its sender, its letter and what proves it; nothing hinders it."""
    story = reported()
    found = facts(story=story)
    item = only(decided(found, story))
    assert isinstance(item, Command)
    assert (item.act, item.answer, item.request) == (Act.DECIDE_DISPOSITION, "no_work", CODE)
    assert (item.by, item.proof) == (cast.ONE_STOP_HEAD.id, "authentication_results")
    assert hindrance(found) is None


def test_a_line_of_the_persons_own_mail_is_its_proof() -> None:
    """As long as it was not used."""
    story = reported()
    line = AskLine(CODE, "reported", "decide_disposition", None, None)
    item = only(decided(facts(story=story, ask=asking(lines=[line])), story))
    assert isinstance(item, Command)
    assert item.proof == "token"


@pytest.mark.parametrize(
    ("said", "yes"), [("Xác nhận", True), ("Đúng", True), ("Không phải tôi", False)]
)
def test_what_is_held_is_confirmed_or_denied(said: str, yes: bool) -> None:
    """By one word."""
    assert decided(facts(said, ask=HELD)) == Confirm(HELD, yes)


def test_anything_else_is_no_answer_to_a_challenge() -> None:
    """It is asked again, with the two words."""
    assert reason(decided(facts("Để tôi xem đã", ask=HELD))) == "challenge"


def test_a_guess_is_confirmed_by_a_word_and_replaced_by_others() -> None:
    """Where the word says another act as well, it is asked which."""
    story = reported()
    right = asking(GUESSED)
    assert decided(facts("Đúng rồi", story=story, ask=right), story) == Confirm(right, yes=True)
    item = only(decided(facts(DECISION, story=story, ask=right), story))
    assert isinstance(item, Command)


@pytest.mark.parametrize(
    ("kept", "said", "outcome"),
    [
        ({"matter": "merge"}, "Gộp", "confirm"),
        ({"matter": "disposal", "codes": [CODE]}, "Đồng ý", "yes"),
        ({"matter": "disposal", "codes": [CODE]}, "Không đồng ý", "no"),
        ({"matter": "disposal", "codes": [CODE]}, "Để xem đã", "not_understood"),
    ],
)
def test_an_offer_is_answered_by_its_own_words(
    kept: dict[str, Json], said: str, outcome: str
) -> None:
    """What holds a command is confirmed, the rest is answered, all else is asked about."""
    decision = decided(facts(said, ask=asking(kept)))
    if outcome == "confirm":
        assert isinstance(decision, Confirm)
    elif isinstance(decision, Answered):
        assert decision.word == outcome
    else:
        assert reason(decision) == outcome


def test_what_was_answered_before_is_not_answered_twice() -> None:
    """Neither a challenge nor an offer; other words are read as ever."""
    story = reported()
    spent = replace(HELD, closed_at=story.now)
    assert reason(decided(facts("Đúng", spent=spent))) == "already_answered"
    disposal = asking({"matter": "disposal"}, closed_at=story.now)
    assert reason(decided(facts("Đồng ý", spent=disposal))) == "already_answered"
    assert isinstance(only(decided(facts(story=story, spent=spent), story)), Command)


def test_whoever_asks_for_help_is_helped() -> None:
    """By one word, about a request or none."""
    assert decided(facts("Hướng dẫn")) == Help(cast.ONE_STOP_HEAD)


def test_files_without_a_word_are_evidence_of_the_one_request() -> None:
    """A scan may be the form on paper, which the secretary enters; else the words are asked for."""
    story = reported()
    photo = decided(facts("", story=story, enclosed=Enclosed(files=FILES)), story)
    command, doubt = photo.items
    assert (command.act, command.fields["files"]) == (Act.ADD_EVIDENCE, [dict(FILES[0])])
    assert doubt.reason == "only_files"
    scan = decided(facts("", story=story, enclosed=Enclosed(files=FILES, paper=True)), story)
    assert (scan.paper, len(scan.items)) == (True, 1)


def test_codes_that_lead_nowhere_are_told() -> None:
    """A slip with the right code, one nobody gave, one whose records are gone; beside what is."""
    wrong, unknown = (("CTCL-2026-0001-X", CODE),), ("CTCL-2026-0009-T",)
    gone = decided(facts(wrong=wrong, unknown=unknown, disposed=("CTCL-2020-0001-Q",)))
    assert [item.reason for item in gone.items] == ["wrong_code", "no_such_request", "disposed"]
    story = reported()
    command, doubt = decided(facts(story=story, unknown=unknown), story).items
    assert (command.act, doubt.reason) == (Act.DECIDE_DISPOSITION, "no_such_request")


def test_a_new_matter_is_reported() -> None:
    """Without a request; its files go with it."""
    text = "Báo cáo không phù hợp\nTrả thiếu dấu trên giấy phép."
    found = facts(text, cast.CLERK, subject="Việc mới", enclosed=Enclosed(files=FILES))
    item = only(decided(found))
    assert isinstance(item, Command)
    assert (item.act, item.request, len(item.fields["files"])) == (Act.REPORT, None, 1)


def test_somebody_away_and_somebody_asking_are_no_acts() -> None:
    """A stand-in is arranged, a list handed out."""
    away = "Từ 5/3 đến 9/3 tôi đi công tác, anh Minh giải quyết thay"
    assert isinstance(decided(facts(away, subject="Đi công tác")), Arranged)
    listed = "Cho tôi danh sách phiếu quá hạn"
    assert isinstance(decided(facts(listed, subject="Danh sách")), Wanted)


def test_behind_what_is_not_sure_nothing_is_done_unasked() -> None:
    """A value that is none is asked about; so is what is guessed of a sentence."""
    story = reported()
    bad = "Xử lý lại\nHình thức xử lý: Sửa chữa\nNgười xử lý: Nguyễn Văn Không Có\nHạn: 6/3/2026"
    item = decided(facts(bad, story=story), story).items[0]
    assert isinstance(item, Doubt)
    assert item.reason.startswith("value_")
    free = decided(facts("Chắc là không cần xử lý thêm đâu nhỉ?", story=story), story).items[0]
    assert isinstance(free, Doubt)


def test_what_is_understood_but_not_surely_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were more certainty wanted than words give, it would be shown as understood, and asked."""
    story = reported()
    line = AskLine(CODE, "reported", "decide_disposition", None, None)
    said = facts("giao anh Nam sửa chữa, hạn 6/3/2026", story=story, ask=asking(lines=[line]))
    assert isinstance(only(decided(said, story)), Command)
    monkeypatch.setattr(items, "SURE", 1.1)
    doubt = only(decided(said, story))
    assert isinstance(doubt, Doubt)
    assert (doubt.reason, doubt.act) == ("unsure", Act.DECIDE_DISPOSITION)
    assert doubt.guess


def page(request: Request | None, act: Act, *answers: str, **words: str) -> Page:
    """A page that came filled in."""
    code = request.code if request else "CTCL-2026-0009-T"
    state = request.state if request else None
    entries = len(request.entries) if request else 0
    return Page(Mark(code, act, answers, state, entries, "", ""), words)


def papers(text: str, *pages: Page, story: Story | None = None, **changes: Any) -> Any:
    """What a letter with these pages comes to."""
    enclosed = Enclosed(pages=tuple(("phieu.xlsx", page) for page in pages))
    found = facts(text, story=story, enclosed=enclosed, **changes)
    return decided(replace(found, paged=found.requests), story)


NO_WORK = {"disposition": "Chấp nhận", "reason": "Không ảnh hưởng"}


def test_a_page_filled_in_is_its_act() -> None:
    """As its words would be; what is typed beside it is read as well."""
    story = reported()
    full = page(story.request, Act.DECIDE_DISPOSITION, "no_work", **NO_WORK)
    item = only(papers("", full, story=story))
    assert isinstance(item, Command)
    assert (item.act, item.answer) == (Act.DECIDE_DISPOSITION, "no_work")
    first, second = papers("Trao đổi\nNội dung: Đã xem", full, story=story).items
    assert {first.act, second.act} == {Act.DECIDE_DISPOSITION, Act.COMMENT}


def test_a_page_that_cannot_be_taken_says_why() -> None:
    """Of no request, of a state it has left, with flaws: kept on proof only."""
    story = reported()
    full = page(story.request, Act.DECIDE_DISPOSITION, "no_work", **NO_WORK)
    assert reason(papers("", page(None, Act.CLOSE, ""), story=story)) == "no_such_request"
    old = replace(full, mark=replace(full.mark, entries=0, state=None))
    assert reason(papers("", old, story=story)) == "form_stale"
    flawed = page(story.request, Act.DECIDE_DISPOSITION, "no_work", disposition="Chấp nhận")
    assert reason(papers("", flawed, story=story)) == "form_flaws"
    unproven = Sender(cast.ONE_STOP_HEAD.email, (cast.ONE_STOP_HEAD,), "known", "none", "")
    assert reason(papers("", flawed, story=story, sender=unproven)) == "form_unkept"


def test_words_beside_a_page_are_not_taken_for_its_request() -> None:
    """Without a code they open a matter, or say nothing of it; unsure ones are asked about."""
    story = reported()
    request = story.request
    assert request
    enclosed = Enclosed(
        pages=(("phieu.xlsx", page(request, Act.DECIDE_DISPOSITION, "no_work", **NO_WORK)),)
    )
    said = {
        "Nói thêm là việc này gấp": Act.DECIDE_DISPOSITION,
        "Báo cáo không phù hợp\nTrả thiếu dấu trên giấy phép.": Act.REPORT,
    }
    for text, outcome in said.items():
        found = facts(text, enclosed=enclosed, paged={request.code: request}, subject="Phiếu")
        done = decided(found, story).items
        assert outcome in {i.reason if isinstance(i, Doubt) else i.act for i in done}, text
    quoted = facts("Đồng ý", story=story, enclosed=enclosed, paged={request.code: request})
    quoted = replace(quoted, words=replace(quoted.words, certain=False))
    done = decided(quoted, story).items
    assert "only_quote" in {item.reason for item in done if isinstance(item, Doubt)}


def test_one_word_presents_all_that_a_list_asks_for() -> None:
    """The list of 5.3 is answered as a whole."""
    stories = [submitted(), submitted()]
    requests = {}
    for number, story in enumerate(stories, 1):
        assert story.request
        code = f"CTCL-2026-000{number}-X"
        requests[code] = replace(story.request, code=code)
    lines = tuple(AskLine(code, "submitted", "present", None, None) for code in requests)
    found = facts("Trình", cast.SECRETARY, requests=requests, ask=asking(lines=lines))
    done = decided(found, stories[0]).items
    assert [(i.act, i.request) for i in done] == [(Act.PRESENT, code) for code in requests]


def submitted() -> Story:
    """An improvement that waits to be presented."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Lấy số qua tin nhắn")
    story.does(cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, "yes", signs=["opportunity"])
    return story


def test_a_word_that_says_another_act_too_is_asked_about() -> None:
    """Under a guess that a correction is not met "Xác nhận" could mean that it is."""
    story = correcting()
    story.does(cast.COLLEAGUE.id, Act.REPORT_CORRECTION, correction="Đã sửa", evidence="Biên bản")
    guess = {"matter": "guess", "act": "check_correction", "answer": "not_met", "request": CODE}
    assert reason(decided(facts("Xác nhận", story=story, ask=asking(guess)), story)) == "negation"
