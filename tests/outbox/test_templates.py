"""The templates at the start: what ships is whole; an agency's own file is checked and wins."""

from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from mailflow.outbox.page import render_page
from mailflow.outbox.specimen import OTHER_KINDS
from mailflow.outbox.templates import open_templates, template_faults
from mailflow.procedure.terms import Act
from tests.outbox.build import LAN, NAM, happened, notice, request


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An agency's own folder of mail templates, empty."""
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    return folder


def test_what_ships_has_no_fault(shipped: Path) -> None:
    """Every template parses, knows its names and renders for every act and answer."""
    assert template_faults([shipped]) == []


def test_every_act_and_every_other_notice_has_a_template_and_no_other_file_lies_there(
    shipped: Path,
) -> None:
    """A template without a kind would never be sent; a kind without one could not be."""
    kinds = {path.stem for path in shipped.glob("*.txt") if not path.stem.startswith("_")}
    assert kinds == {act.value for act in Act} | set(OTHER_KINDS)


def test_an_agencys_own_file_wins_over_the_shipped_one(own: Path, shipped: Path) -> None:
    """The file in the home's templates/mail is used; all others come from the shipped folder."""
    (own / "withdraw.txt").write_text("Phiếu {{ request.number }} đã rút.\n", encoding="utf-8")
    act = happened(Act.WITHDRAW, "", "", NAM, "03/3/2026 10:00", [])
    sample = notice("withdraw", LAN, request=request(0, "Đã rút", [], ""), happened=act)
    assert template_faults([own, shipped]) == []
    text = render_page(sample, open_templates([own, shipped]), "").text
    assert "\nPhiếu 07/2026 đã rút.\n" in text


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ who }} đã {{ requets.number }}.", "unknown name requets; known: agency, asks"),
        ("{{ who }}\n{% if own %}x", "withdraw.txt, line 2: Unexpected end of template"),
        ("{{ request.nummer }}", "'dict object' has no attribute 'nummer'"),
        ("{{ request.number.rjust(3) / 0 }}", "unsupported operand"),
        ("{{ ''.__class__.__mro__ }}", "access to attribute '__class__'"),
        ("{% set x = asks.append(1) %}{{ x }}", "access to attribute 'append'"),
        ("{% for n in range(999999999) %}{% endfor %}", "range"),
    ],
)
def test_a_fault_in_an_own_file_is_named_at_the_start(
    source: str, fault: str, own: Path, shipped: Path
) -> None:
    """Misspelt names, bad syntax, unsafe tricks: the file and what is wrong, before any mail."""
    (own / "withdraw.txt").write_text(source, encoding="utf-8")
    faults = template_faults([own, shipped])
    assert len(faults) == 1
    assert "templates/mail/withdraw.txt" in faults[0]
    assert fault in faults[0]


def test_a_misspelt_name_in_a_branch_that_rarely_runs_is_found_too(
    own: Path, shipped: Path
) -> None:
    """Names are checked by reading the file, not only by rendering it."""
    source = "{% if asks | length > 99 %}{{ hapened.by_name }}{% endif %}Xong."
    (own / "close.txt").write_text(source, encoding="utf-8")
    (fault,) = template_faults([own, shipped])
    assert "unknown name hapened" in fault


def test_all_faults_come_at_once(own: Path, shipped: Path) -> None:
    """The officer mends them in one go."""
    (own / "close.txt").write_text("{{ oops }}", encoding="utf-8")
    (own / "extend.txt").write_text("{{ other_oops }}", encoding="utf-8")
    (own / "merge.txt").write_bytes("Đã gộp".encode("utf-16"))
    faults = template_faults([own, shipped])
    assert [fault.split(":")[0] for fault in faults] == [
        "templates/mail/close.txt",
        "templates/mail/extend.txt",
        "templates/mail/merge.txt is not written in UTF-8",
    ]


def test_absent_templates_are_named(own: Path) -> None:
    """A folder without templates is told file by file."""
    faults = template_faults([own])
    assert "templates/mail/_layout.html is absent" in faults
    assert len(faults) == len(Act) + len(OTHER_KINDS) + 3


@pytest.mark.threat("template injection")
def test_templates_cannot_leave_their_sandbox_when_rendered(own: Path, shipped: Path) -> None:
    """A file changed after the start is still held: the environment itself is the sandbox."""
    environment = open_templates([own, shipped])
    with pytest.raises(SecurityError):
        environment.from_string("{{ x.__class__ }}{{ x.__init__.__globals__ }}").render(x=LAN)
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nobody }}").render()
