"""Marks, snapshots of the office and registers: what is done once, and what was last agreed."""

from mailflow.record import Engine, Register, Snapshot, Work
from tests.record.samples import HOUR, NOW, SO


def test_a_mark_is_set_once(record: Engine) -> None:
    """A job's effect must happen the first time only, for each key."""
    with Work(record, SO) as work:
        assert work.marks.get("digest", "2026-11-23") is None
        assert work.marks.set_once("digest", "2026-11-23", NOW)
        assert not work.marks.set_once("digest", "2026-11-23", NOW + HOUR)
        assert work.marks.set_once("digest", "2026-11-24", NOW)
        assert work.marks.set_once("reminder", "2026-11-23", NOW)
        assert work.marks.get("digest", "2026-11-23") == NOW


def test_a_snapshot_is_stored_when_it_changed(record: Engine) -> None:
    """Reading the same roster again must store nothing; going back to an old one must."""
    with Work(record, SO) as work:
        assert work.office.latest("roster") is None
        assert work.office.save("roster", "a", {"people": ["An"]}, NOW)
        assert not work.office.save("roster", "a", {"people": ["An"]}, NOW + HOUR)
        assert work.office.save("roster", "b", {"people": []}, NOW + HOUR)
        assert work.office.save("roster", "a", {"people": ["An"]}, NOW + 2 * HOUR)
        assert work.office.save("calendar", "c", [], NOW)
        latest = work.office.latest("roster")
    assert latest == Snapshot("roster", "a", {"people": ["An"]}, NOW + 2 * HOUR)


def test_a_register_is_what_was_saved_last(record: Engine) -> None:
    """Path, generation, hash and intent must be replaced together."""
    with Work(record, SO) as work:
        assert work.registers.get("r") is None
        work.registers.save("r", "Sổ theo dõi.xlsx", 1, "old", "new", NOW)
        work.registers.save("r", "Sổ theo dõi.xlsx", 2, "new", None, NOW + HOUR)
        found = work.registers.get("r")
    assert found == Register("r", "Sổ theo dõi.xlsx", 2, "new", None, NOW + HOUR)


def test_the_base_copy_moves_by_what_changed(record: Engine) -> None:
    """Rows not named must stay, rows gone must go, and an older copy must still be readable."""
    with Work(record, SO) as work:
        base = work.registers
        assert base.base("r") == {}
        base.move_base("r", 1, {"a": {"x": 1}, "b": {"x": None}}, (), NOW)
        base.move_base("r", 2, {"b": {"x": "hai", "y": ["2026-11-23"]}}, ["a"], NOW)
        base.move_base("r", 3, {"a": {"x": 3}}, (), NOW)
        base.move_base("other", 9, {"a": {"x": 9}}, (), NOW)
        second = {"x": "hai", "y": ["2026-11-23"]}
        assert base.base("r") == {"a": {"x": 3}, "b": second}
        assert base.base("r", 2) == {"b": second}
        assert base.base("r", 1) == {"a": {"x": 1}, "b": {"x": None}}
        assert base.base("r", 0) == {}


def test_each_sheet_of_a_register_has_a_base_of_its_own(record: Engine) -> None:
    """The rows of one are not those of another, in any generation."""
    with Work(record, SO) as work:
        base = work.registers
        base.move_base("r", 1, {"a": {"x": 1}}, (), NOW)
        base.move_base("r", 2, {"b": {"x": 2}}, (), NOW, "objectives")
        assert base.base("r") == {"a": {"x": 1}}
        assert base.base("r", sheet="objectives") == {"b": {"x": 2}}
        assert base.base("r", 1, "objectives") == {}


def test_moving_the_base_twice_is_moving_it_once(record: Engine) -> None:
    """After a crash the same generation may be written again."""
    with Work(record, SO) as work:
        for _ in range(2):
            work.registers.move_base("r", 1, {"a": {"x": 1}}, ["b"], NOW)
        assert work.registers.base("r") == {"a": {"x": 1}}


def test_an_edit_is_dealt_with_once(record: Engine) -> None:
    """The same edit read again must be known."""
    with Work(record, SO) as work:
        assert work.registers.edit_done("h", "r", "k", "refused", NOW)
        assert not work.registers.edit_done("h", "r", "k", "refused", NOW)
        assert work.registers.edit_done("h2", "r", "k", "done", NOW)
