"""The merge: no edit is lost without a notice, both sides agree afterwards, then all is quiet."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from workbook_sync.merge import (
    Clash,
    Duplicate,
    Edit,
    Entry,
    Fields,
    Merged,
    Owner,
    Push,
    RestoredKey,
    is_mass_deletion,
    merge,
)
from workbook_sync.values import Value, canon, same

OWNERS = {
    "Trạng thái": Owner.SYSTEM,
    "Biện pháp": Owner.PROCEDURE,
    "Hạn": Owner.PROCEDURE,
    "Ghi chú": Owner.KEEPER,
}
ROW: Fields = {"Trạng thái": "Mới", "Biện pháp": "sửa", "Hạn": 5, "Ghi chú": None}


def entry(row: int = 4, key: str = "P-1", /, **changes: Value) -> Entry:
    """A row of the workbook: as agreed, but for these cells (`_` stands for a blank in a name)."""
    return Entry(row, key, {**ROW, **{name.replace("_", " "): v for name, v in changes.items()}})


def one(theirs: Entry, **ours: Value) -> Merged:
    """The merge of a single row both sides once agreed on."""
    own = {**ROW, **{name.replace("_", " "): value for name, value in ours.items()}}
    return merge({"P-1": ROW}, [theirs], {"P-1": own}, OWNERS)


def test_equal_rows_give_nothing() -> None:
    """Also when only spaces, NFD or the kind of number differ."""
    assert one(entry(Biện_pháp=" sửa\r\n", Hạn=5.0)) == Merged()
    assert one(entry(Ghi_chú="x"), Ghi_chú="x ") == Merged()


def test_what_they_changed_is_an_edit_and_what_we_changed_a_push() -> None:
    """Each in its direction, with what stood there."""
    found = one(entry(Biện_pháp="thay"), Trạng_thái="Xong")
    assert found.edits == (Edit("P-1", 4, "Biện pháp", "sửa", "thay"),)
    assert found.pushes == (Push("P-1", 4, "Trạng thái", "Mới", "Xong"),)
    assert not found.clashes


def test_clearing_a_cell_is_an_edit_too() -> None:
    """Blank is a value; a field that is left out is none."""
    assert one(entry(Hạn="")).edits == (Edit("P-1", 4, "Hạn", 5, None),)
    silent = replace(entry(), values={"Ghi chú": None})
    assert one(silent, Hạn=6) == Merged()


@pytest.mark.parametrize(
    ("name", "winner"), [("Biện_pháp", "ours"), ("Ghi_chú", "theirs"), ("Trạng_thái", "ours")]
)
def test_a_clash_keeps_both_values_and_the_owner_of_the_column_wins(name: str, winner: str) -> None:
    """The record wins its own fields, the workbook the keeper's."""
    field = name.replace("_", " ")
    found = one(entry(**{name: "của họ"}), **{name: "của ta"})
    base = ROW[field]
    assert found.clashes == (
        Clash("P-1", 4, field, base, "của ta", "của họ", OWNERS[field], winner),
    )
    assert len(found.edits) == (winner == "theirs")
    assert len(found.pushes) == (winner == "ours")


def test_typing_into_a_system_column_is_undone_and_told() -> None:
    """Although our side did not change."""
    found = one(entry(Trạng_thái="Đóng"))
    assert found.pushes == (Push("P-1", 4, "Trạng thái", "Đóng", "Mới"),)
    assert found.clashes[0].theirs == "Đóng"


def test_a_row_without_a_key_is_new_if_a_person_wrote_in_it() -> None:
    """A lone system cell is decoration."""
    said = Entry(9, "", {"Biện pháp": "mới", "Trạng thái": None})
    decoration = Entry(10, "", {"Trạng thái": "Cộng", "Biện pháp": " "})
    found = merge({}, [said, decoration], {}, OWNERS)
    assert found.new_rows == (said,)


def test_our_new_rows_are_appended_and_their_missing_ones_asked_about() -> None:
    """A row is never deleted, on either side."""
    base = {f"P-{n}": ROW for n in range(1, 41)}
    theirs = [entry(n, f"P-{n}") for n in range(2, 40)]
    ours = {key: ROW for key in base if key != "P-2"} | {"P-99": ROW}
    found = merge(base, theirs, ours, OWNERS)
    assert found.stopped
    theirs.append(entry(40, "P-40"))
    found = merge(base, theirs, ours, OWNERS)
    assert (found.missing, found.appends, found.gone) == (("P-1",), ("P-99",), ("P-2",))


@pytest.mark.parametrize(
    ("gone", "of", "stops"),
    [(1, 1, False), (2, 10, True), (2, 40, False), (10, 200, False), (11, 10_000, True)],
)
def test_many_rows_gone_at_once_stop_everything(gone: int, of: int, stops: bool) -> None:
    """More than ten, or more than one and five per cent."""
    assert is_mass_deletion(gone, of) is stops
    base: dict[str, Fields] = {f"P-{n}": {**ROW, "Hạn": n} for n in range(of)}
    theirs = [Entry(n, key, values) for n, (key, values) in enumerate(base.items()) if n >= gone]
    theirs.append(Entry(of, "", {"Biện pháp": "mới"}))
    found = merge(base, theirs, base, OWNERS)
    assert bool(found.stopped) is stops
    assert len(found.missing) == gone
    assert len(found.new_rows) == (0 if stops else 1)


def test_of_two_rows_with_one_key_the_closest_to_the_base_keeps_it() -> None:
    """A pasted copy that was edited further does not take the request over."""
    copy, true = entry(4, "P-1", Biện_pháp="khác", Hạn=9), entry(5, "P-1", Ghi_chú="x")
    other = entry(6, "P-1", Biện_pháp="khác nữa", Hạn=1)
    found = merge({"P-1": ROW}, [copy, true, other], {"P-1": ROW}, OWNERS)
    assert found.duplicates == (Duplicate("P-1", 5, copy), Duplicate("P-1", 5, other))
    assert found.edits == (Edit("P-1", 5, "Ghi chú", None, "x"),)


@pytest.mark.parametrize("typed", ["P-l", ""])
def test_a_mistyped_or_cleared_key_is_restored_by_the_other_cells(typed: str) -> None:
    """When exactly one known row is missing and one stray row looks like it."""
    base: dict[str, Fields] = {"P-1": ROW, "P-2": {**ROW, "Biện pháp": "b", "Hạn": 9}}
    stray = Entry(7, typed, {**ROW, "Ghi chú": "x"})
    found = merge(base, [Entry(5, "P-2", base["P-2"]), stray], base, OWNERS)
    assert found.restored_keys == (RestoredKey(7, "P-1", typed),)
    assert found.edits == (Edit("P-1", 7, "Ghi chú", None, "x"),)
    assert (found.missing, found.unknown, found.new_rows) == ((), (), ())


def test_several_spoilt_keys_go_back_to_the_rows_they_are_closest_to() -> None:
    """Two keys cleared at once, the rows alike but for one cell: each gets its own."""
    rows: dict[str, Fields] = {f"P-{n}": {**ROW, "Ghi chú": f"số {n}"} for n in range(30)}
    theirs = [entry(n + 4, "" if n in (3, 7) else key) for n, key in enumerate(rows)]
    theirs = [replace(e, values=row) for e, row in zip(theirs, rows.values(), strict=True)]
    found = merge(rows, theirs, rows, OWNERS)
    assert found == Merged(restored_keys=(RestoredKey(7, "P-3", ""), RestoredKey(11, "P-7", "")))


def test_spoilt_keys_of_rows_that_are_all_alike_are_left_to_a_person() -> None:
    """Nobody can say which is which: nothing is guessed."""
    rows = {f"P-{n}": ROW for n in range(60)}
    theirs = [entry(n + 4, "" if n in (3, 7) else key) for n, key in enumerate(rows)]
    found = merge(rows, theirs, rows, OWNERS)
    assert found.restored_keys == ()
    assert (len(found.new_rows), found.missing) == (2, ("P-3", "P-7"))


def test_a_stray_row_that_does_not_look_alike_is_left_to_a_person() -> None:
    """Less than sixty per cent agree: an unknown key and a missing row."""
    stray = Entry(7, "P-l", {"Trạng thái": "x", "Biện pháp": "y", "Hạn": 5, "Ghi chú": None})
    found = merge({"P-1": ROW}, [stray], {"P-1": ROW}, OWNERS)
    assert (found.unknown, found.missing) == ((stray,), ("P-1",))


def test_a_row_of_ours_that_the_base_does_not_know_is_not_renamed() -> None:
    """After a crash the base may be older than the workbook."""
    base: dict[str, Fields] = {"P-1": ROW}
    found = merge(base, [entry(4, "P-2")], {"P-1": ROW, "P-2": ROW}, OWNERS)
    assert (found.restored_keys, found.missing) == ((), ("P-1",))


def test_without_a_base_blank_cells_are_filled_and_different_ones_asked_about() -> None:
    """Nothing is overwritten on a guess."""
    theirs = [Entry(4, "P-1", {"Biện pháp": None, "Hạn": 6, "Ghi chú": "của họ"})]
    ours: dict[str, Fields] = {"P-1": {"Biện pháp": "sửa", "Hạn": 5, "Ghi chú": None}}
    found = merge({}, theirs, ours, OWNERS)
    assert found.pushes == (
        Push("P-1", 4, "Biện pháp", None, "sửa"),
        Push("P-1", 4, "Hạn", 6, 5),
    )
    assert [c.field for c in found.clashes] == ["Hạn"]
    assert found.edits == (Edit("P-1", 4, "Ghi chú", None, "của họ"),)


# --- always --------------------------------------------------------------------------------------

values = st.sampled_from([None, "", "a", "b", " a", 1, 1.0, True, 2.5])
fields: st.SearchStrategy[Fields] = st.fixed_dictionaries(dict.fromkeys(OWNERS, values))
keys = st.sampled_from([f"P-{n}" for n in range(6)])
sides = st.dictionaries(keys, fields, max_size=6)


@st.composite
def situations(draw: st.DrawFn) -> tuple[dict[str, Fields], list[Entry], dict[str, Fields]]:
    """A base, and what two sides made of it: edits, copies, typing errors, rows gone and new."""
    base = draw(sides)
    moves, loses = draw(st.booleans()), draw(st.booleans())
    theirs = [(key, dict(row)) for key, row in base.items()]
    ours = {key: dict(row) for key, row in base.items()}
    for _ in range(draw(st.integers(0, 4))):
        if theirs:
            _, row = draw(st.sampled_from(theirs))
            row[draw(st.sampled_from(list(OWNERS)))] = draw(values)
        if ours:
            row = ours[draw(st.sampled_from(sorted(ours)))]
            row[draw(st.sampled_from(list(OWNERS)))] = draw(values)
    if theirs and moves:
        key, row = theirs.pop(draw(st.integers(0, len(theirs) - 1)))
        theirs += draw(st.sampled_from([[], [("P-x", row)], [("", row)], [(key, row)] * 2]))
    theirs += [
        (k, dict(r)) for k, r in draw(st.lists(st.tuples(keys | st.just(""), fields), max_size=2))
    ]
    more = draw(st.dictionaries(st.sampled_from(["P-0", "P-7", "P-8"]), fields, max_size=2))
    own: dict[str, Fields] = {**ours, **more}
    if own and loses:
        own.pop(draw(st.sampled_from(sorted(own))))
    order = draw(st.permutations(theirs))
    return base, [Entry(n, key, row) for n, (key, row) in enumerate(order, start=4)], own


def applied(
    found: Merged, theirs: list[Entry], ours: Mapping[str, Fields]
) -> tuple[list[Entry], dict[str, dict[str, Value]]]:
    """Both sides after the caller did what the merge says, short of questions to people."""
    own = {key: dict(row) for key, row in ours.items()}
    for edit in found.edits:
        own[edit.key][edit.field] = edit.new
    restored = {r.row: r.key for r in found.restored_keys}
    pushed = {(p.row, p.field): p.new for p in found.pushes}
    copies = {d.entry.row for d in found.duplicates}
    book = []
    for line in theirs:
        if line.row in copies or line in found.new_rows:
            continue  # pending: they become requests of their own
        cells = {f: pushed.get((line.row, f), v) for f, v in line.values.items()}
        book.append(Entry(line.row, restored.get(line.row, line.key), cells))
    book += [Entry(1_000 + n, key, own[key]) for n, key in enumerate(found.appends)]
    return book, own


@given(situations())
def test_no_edit_is_lost_both_sides_agree_and_a_second_pass_is_quiet(
    case: tuple[dict[str, Fields], list[Entry], dict[str, Fields]],
) -> None:
    """Whatever happened on the two sides since the base."""
    base, theirs, ours = case
    found = merge(base, theirs, ours, OWNERS)
    if found.stopped:
        assert found == Merged(stopped=found.stopped, missing=found.missing)
        return
    for line in theirs:
        assert_nothing_lost(line, found, base, ours)
    event(" ".join(name for name, value in vars(found).items() if value) or "nothing")
    book, own = applied(found, theirs, ours)
    for line in book:
        if line.key in own:
            assert all(same(line.values[f], own[line.key].get(f)) for f in OWNERS)
    agreed = {key: own[key] for key in own if any(line.key == key for line in book)}
    again = merge(agreed, book, agreed, OWNERS)
    assert again == Merged(unknown=again.unknown)


def assert_nothing_lost(
    line: Entry, found: Merged, base: dict[str, Fields], ours: dict[str, Fields]
) -> None:
    """Every cell they changed is carried by some part of the result."""
    key = next((r.key for r in found.restored_keys if r.row == line.row), line.key)
    whole = [*found.new_rows, *found.unknown, *(d.entry for d in found.duplicates)]
    if line in whole or key in found.gone:
        return
    if not key:
        own = [f for f, owner in OWNERS.items() if owner is not Owner.SYSTEM]
        assert all(canon(line.values[f]) is None for f in own)
        return
    told = {(e.row, e.field) for e in found.edits} | {(c.row, c.field) for c in found.clashes}
    for name, value in line.values.items():
        before = base[key].get(name) if key in base else None
        if not same(value, ours[key].get(name)) and not same(value, before):
            assert (line.row, name) in told
