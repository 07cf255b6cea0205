"""The words people type: complete, distinct where it matters, and every fault named at once."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from mailflow.errors import Misconfigured
from mailflow.phrases import load, said
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.labels import ANSWER, option_labels
from mailflow.procedure.steps import OURS, STEPS, fields_of
from mailflow.procedure.table import Step
from mailflow.procedure.terms import REQUESTS, Act, Kind, State

FILE = Path(__file__).parents[1] / "config" / "phrases.toml"
TEXT = FILE.read_text(encoding="utf-8")
PHRASES = load(FILE)


def _typable() -> list[Step]:
    return [step for step in STEPS if step.act not in OURS]


def _faults(tmp_path: Path, text: str) -> tuple[str, ...]:
    """Load a file that must be refused, and return what the operator is told."""
    path = tmp_path / "phrases.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        load(path)
    return refused.value.faults


def _changed(pattern: str, new: str) -> str:
    text, count = re.subn(pattern, new, TEXT, count=1, flags=re.MULTILINE)
    assert count == 1
    return text


# --- the file that ships -------------------------------------------------------------------------


@pytest.mark.parametrize("step", _typable(), ids=lambda s: f"{s.act}-{s.answer}")
def test_every_act_has_a_phrase_that_means_it(step: Step) -> None:
    """The phrase that our mails tell people to type is found as that act and answer."""
    phrase = PHRASES.type_of(step.act, step.answer)
    meant = {saying.means for saying in PHRASES.sayings[PHRASES.key(phrase)]}
    assert (step.act, step.answer) in meant
    assert 1 <= len(phrase.split()) <= 9


@pytest.mark.parametrize("step", _typable(), ids=lambda s: f"{s.act}-{s.answer}")
def test_every_label_our_mails_show_reads_back(step: Step) -> None:
    """The shown label of each field belongs to that field in that act, and to no other."""
    labels = PHRASES.labelled(step)
    for name in fields_of(step):
        shown = PHRASES.label_of(name, step.act, step.answer)
        assert labels[PHRASES.key(shown)] == name
        assert FIELDS[name].label in PHRASES.labels[name], "the form's own label is taken too"


def _pairs() -> Iterator[tuple[str, Step, Step]]:
    """Give every two steps that one person could find open at one state of one request."""
    for state in (*State, None):
        for kind in Kind:
            here = [
                step
                for step in _typable()
                if kind in step.kinds
                and (state is None if not step.sources else state in step.sources)
            ]
            for one, other in combinations(here, 2):
                if (one.act, one.answer) != (other.act, other.answer):
                    yield f"{state} {kind}", one, other


def test_no_two_acts_open_in_one_state_share_a_phrase() -> None:
    """Whatever roles a person holds, a phrase says one act there, also the words only if asked."""
    said_by: dict[tuple[Act, str], set[str]] = {}
    for key, sayings in PHRASES.sayings.items():
        for saying in sayings:
            said_by.setdefault(saying.means, set()).add(key)
    shared = {
        (place, one.act, other.act, phrase)
        for place, one, other in _pairs()
        for phrase in said_by[one.act, one.answer] & said_by[other.act, other.answer]
    }
    assert shared == set()


def test_a_doubtful_word_is_not_also_a_clear_one_for_the_same_act() -> None:
    """What is listed as unclear for an act is no phrase of it."""
    for key, acts in PHRASES.unclear.items():
        clear = {s.act for s in PHRASES.sayings.get(key, ()) if not s.only_asked}
        assert not clear & set(acts), key


@pytest.mark.parametrize("field", ["kind", "sources", "severity", "disposition", "signs"])
def test_options_are_known_by_the_words_on_the_form(field: str) -> None:
    """The form's own label of every option is among its words."""
    for option, label in option_labels(field).items():
        keys = {PHRASES.key(word) for word in PHRASES.options[field][option]}
        assert PHRASES.key(label) in keys


def test_each_kind_of_report_has_its_phrase() -> None:
    """Four different phrases open the four kinds."""
    opened = {k: PHRASES.sayings[PHRASES.key(PHRASES.kind_type(k))] for k in REQUESTS}
    assert {dict(s.sets)["kind"] for (s,) in opened.values()} == {k.value for k in REQUESTS}


def test_the_words_that_are_no_acts_are_known() -> None:
    """Help, confirm and not-me can be typed as mails show them."""
    for name in ("help", "confirm", "not_me"):
        assert PHRASES.words[PHRASES.key(PHRASES.word(name))] == name


def test_answers_shown_on_buttons_exist_for_every_answer() -> None:
    """Every answer with a phrase has a label, so that no button is nameless."""
    assert {(s.act, s.answer) for s in _typable() if s.answer} == {
        m for m in ANSWER if m[0] not in OURS
    }


def test_a_follow_up_cannot_be_typed() -> None:
    """Only the program opens a follow-up."""
    with pytest.raises(KeyError):
        PHRASES.type_of(Act.FOLLOW_UP, "")


def test_a_field_of_another_act_has_no_label_here() -> None:
    """Asking for a label the act cannot carry is a mistake of the program, not a guess."""
    with pytest.raises(KeyError):
        PHRASES.label_of("signs", Act.CLOSE, "yes")


# --- how words are compared ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "word", "same"),
    [
        ("hoà", "hòa", True),
        ("HOA", "hòa", True),
        ("a", "ạ", True),
        ("à", "ạ", False),
        ("trả", "trừ", False),
        ("neu", "nếu", True),
        ("nêu", "nếu", False),
        ("duoc", "được", True),
        ("đuoc", "được", False),
    ],
)
def test_marks_may_be_left_out_but_not_changed(typed: str, word: str, same: bool) -> None:
    """A word typed bare may be the marked one; typed with other marks it is another word."""
    assert said(typed, word) is same


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ko đồng ý", "không đồng ý"),
        ("K đồng ý", "không đồng ý"),
        ("báo cáo KPH", "báo cáo không phù hợp"),
        ("cần HĐKP", "cần hành động khắc phục"),
        ("xử lí", "xử lý"),
        ("ĐỒNG  Ý", "dong y"),
    ],
)
def test_short_and_other_spellings_have_one_key(typed: str, meant: str) -> None:
    """What people shorten is written out before comparing."""
    assert PHRASES.key(typed) == PHRASES.key(meant)


def test_a_short_form_with_other_marks_is_a_name() -> None:
    """ "kh" is short for không; "Khờ" is not."""
    assert PHRASES.key("Khờ") == "kho"


# --- a file somebody edited ----------------------------------------------------------------------


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A missing act, a foreign one, a wrong list and a missing label come in one list."""
    text = _changed(r"^\[acts\.withdraw\]", "[acts.withdrew]")
    text = text.replace('[acts.merge]\ntype = "Gộp phiếu"', "[acts.merge]\ntype = 7")
    text = re.sub(r"^until = .*$", 'until = "Hạn"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^difficulties = .*$", "", text, count=1, flags=re.MULTILINE)
    faults = " | ".join(_faults(tmp_path, text))
    assert "acts.withdraw: is missing" in faults
    assert "acts.withdrew: nothing has this name" in faults
    assert "acts.merge.type: must be a phrase in quotes" in faults
    assert "labels.until: must be a list of words in quotes" in faults
    assert "labels.difficulties: is missing" in faults


def test_a_phrase_of_two_acts_open_together_is_refused(tmp_path: Path) -> None:
    """An agency cannot make "Rút phiếu" mean a transfer as well: both are open in one state."""
    text = _changed(r'^type = "Chuyển đơn vị"', 'type = "Rút phiếu"')
    assert any(
        '"rut phieu" means both' in fault and "withdraw" in fault and "transfer" in fault
        for fault in _faults(tmp_path, text)
    )


def test_a_phrase_of_two_acts_never_open_together_is_fine(tmp_path: Path) -> None:
    """ "Đạt" means the check of a correction, or the verification: never at the same step."""
    path = tmp_path / "phrases.toml"
    path.write_text(_changed(r'^type = "Đóng phiếu"', 'type = "Đồng ý"'), encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace('close = ["Đồng ý", "OK",', 'close = ["OK",')
    path.write_text(text, encoding="utf-8")
    meant = {s.means for s in load(path).sayings["dong y"]}
    assert {(Act.CLOSE, "yes"), (Act.APPROVE_SOLUTION, "yes")} <= meant


def test_a_label_of_two_fields_of_one_act_is_refused(tmp_path: Path) -> None:
    """ "Người thực hiện" cannot also be the checker of the same disposition."""
    text = _changed(r'^checker = \["Người kiểm tra"', 'checker = ["Người thực hiện"')
    assert any(
        "Người thực hiện" in fault and "checker" in fault and "performer" in fault
        for fault in _faults(tmp_path, text)
    )


def test_a_label_hidden_by_those_of_a_measure_is_refused(tmp_path: Path) -> None:
    """Within measures "Hạn" is the measure's day; an act with measures cannot use it otherwise."""
    text = _changed(r'^resources = \["Nguồn lực"', 'resources = ["Nguồn lực", "Đầu ra"')
    assert any("Đầu ra" in fault and "[work]" in fault for fault in _faults(tmp_path, text))


@pytest.mark.parametrize(
    ("pattern", "new", "told"),
    [
        (r"^\[options\.severity\]", "[options.gravity]", "options.severity: is missing"),
        (r"^minor = .*$", "", "severity.minor: is missing"),
        (r"^polite = \[", "politeness = [", "reading.polite: is missing"),
        (r'^months = \["một\|giêng", ', "months = [", "dates.months: must list 12 names in order"),
        (r"^help = .*$", "", "words.help: is missing"),
        (r"^lí = .*$|^\"lí\" = .*$", '"lí do" = "lý do"', "short.lí do: one word"),
        (r"^verify = \[", "check = [", "unclear.check: no act has this name"),
        (r"^rework = \[", "redo = [", "disposition.redo: no such option"),
        (r"^who = .*$", "", "work.who: is missing"),
        (r"^\[unclear\]", "[doubtful]", "table [unclear] is missing"),
    ],
)
def test_each_fault_says_where_and_what(tmp_path: Path, pattern: str, new: str, told: str) -> None:
    """The operator finds the line to mend."""
    assert told in " | ".join(_faults(tmp_path, _changed(pattern, new)))


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    """A slip of the keyboard is a refused start with the file's name, not a traceback."""
    (fault,) = _faults(tmp_path, "[acts\n")
    assert "phrases.toml" in fault
    with pytest.raises(Misconfigured):
        load(tmp_path / "absent.toml")


@pytest.mark.parametrize("text", ["", "acts = 5", "acts = {report = 3}\nlabels = 1\n"])
def test_an_emptied_file_is_refused_not_crashed_on(tmp_path: Path, text: str) -> None:
    """Every missing table is named."""
    faults = " | ".join(_faults(tmp_path, text))
    assert "table [reading] is missing" in faults
