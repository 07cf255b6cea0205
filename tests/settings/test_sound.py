"""A sound mailflow.toml: what it gives, and that the default one is sound."""

import re
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailflow.settings import data_root, default_limits, load, starting_file
from mailflow.settings.sections import Sections
from tests.settings.homes import GOOD, IMAP, settings_of


def test_two_lines_are_enough(tmp_path: Path) -> None:
    """A name and an address suffice; everything else has the default the documents state."""
    settings = settings_of(tmp_path, GOOD)

    assert settings.home == tmp_path.resolve()
    assert (settings.agency.id, settings.agency.code_prefix) == ("agency", "CTCL")
    assert settings.agency.zone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert settings.agency.office_hours == (time(7, 30), time(17, 0))
    assert (settings.mail.kind, settings.mail.domain) == ("maildir", "coquan.test")
    assert (settings.mail.done_folder, settings.mail.review_folder) == ("Đã xử lý", "Cần xem")
    assert settings.mail.maildir_in == settings.home / "mail" / "in"
    assert settings.mail.maildir_out == settings.home / "mail" / "out"
    assert settings.record.database_url == f"sqlite:///{settings.home}/record.sqlite"
    assert settings.registers == ()
    assert settings.limits == default_limits()
    assert settings.numbering.pattern.format(seq=7, year=2026) == "07/2026"
    assert (settings.iso.present_weekday, settings.iso.standing_order) == (0, None)
    assert (settings.iso.long_work_days, settings.iso.repeat_threshold) == (31, 3)
    assert settings.iso.same_person_verifies == "warn"
    assert settings.reminders.model_dump() == {
        "before": 1, "every": 2, "unit_head": 3, "iso_lead": 5, "agency_head": 10,
    }  # fmt: skip
    assert settings.retention.years == 3
    assert settings.digest.weekdays == frozenset({0})
    assert settings.sender_name == "Sở Nội vụ"


@pytest.mark.parametrize(
    "name", ["Sở Nội vụ", 'Sở "Nội vụ"', "A \\ B", "UBND {mail_address}", "Số # 1"]
)
def test_the_file_a_new_home_gets_loads_as_it_is(tmp_path: Path, name: str) -> None:
    """Whatever an agency is called, the commented default with its name in it has no fault."""
    text = starting_file(name, "iso@coquan.test", "thuky@coquan.test")

    settings = settings_of(tmp_path, text)

    assert settings.agency.name == name
    assert settings.mail.address == "iso@coquan.test"
    assert [(r.path.name, r.keeper, r.unit) for r in settings.registers] == [
        ("Sổ theo dõi.xlsx", "thuky@coquan.test", None)
    ]


def test_the_default_file_says_what_the_defaults_are(tmp_path: Path) -> None:
    """Every value written in the commented default equals what leaving it out would give."""
    written = settings_of(tmp_path, starting_file("Sở Nội vụ", "iso@coquan.test", "a@coquan.test"))

    left_out = settings_of(tmp_path, GOOD)

    assert written.model_dump(exclude={"registers"}) == left_out.model_dump(exclude={"registers"})


def test_the_default_file_names_every_key() -> None:
    """An officer finds each key in the commented default, if only behind a #."""
    text = starting_file("A", "iso@coquan.test", "a@coquan.test")
    shown = set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE))

    keys = {
        key
        for section in Sections.model_fields.values()
        for model in (section.annotation, *getattr(section.annotation, "__args__", ()))
        for key in getattr(model, "model_fields", ())
    }

    assert keys - shown == {"maildir_in", "maildir_out"}


def test_commented_examples_of_the_default_file_are_sound(tmp_path: Path) -> None:
    """Taking away the # before every example leaves a file that loads."""
    text = starting_file("A", "iso@coquan.test", "a@coquan.test")
    (tmp_path / "ca.pem").touch()
    (tmp_path / "smime-ca.pem").touch()

    settings = settings_of(tmp_path, re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE))

    assert settings.mail.trusted_authserv == "mail.coquan.gov.vn"
    assert settings.mail.ca_file == settings.home / "ca.pem"
    assert settings.mail.smime_ca == settings.home / "smime-ca.pem"


def test_an_imap_mailbox_needs_only_its_host(tmp_path: Path) -> None:
    """Ports follow the security chosen; users and the sending server follow the mailbox."""
    mail = settings_of(tmp_path, IMAP).mail

    assert (mail.port, mail.user) == (993, "iso@coquan.test")
    assert (mail.smtp_host, mail.smtp_port) == ("mail.coquan.test", 587)
    assert mail.smtp_user == "iso@coquan.test"


@pytest.mark.parametrize(
    "endpoint", ["", 'endpoint = "https://mail.coquan.test/EWS/Exchange.asmx"\n']
)
def test_a_mailbox_on_exchange_needs_nothing_more(tmp_path: Path, endpoint: str) -> None:
    """Without an endpoint it is asked for; NTLM, which takes every password, unless written."""
    mail = settings_of(tmp_path, f'{GOOD}kind = "exchange"\n{endpoint}').mail

    assert (mail.port, mail.user, mail.auth) == (443, "iso@coquan.test", "ntlm")
    assert bool(mail.endpoint) is bool(endpoint)


@pytest.mark.parametrize(
    ("lines", "ports"),
    [
        ('tls = "starttls"\nsmtp_tls = "tls"', (143, 465)),
        ("port = 10993\nsmtp_port = 25", (10993, 25)),
    ],
)
def test_ports_follow_security_unless_written(
    tmp_path: Path, lines: str, ports: tuple[int, int]
) -> None:
    """A port that is written wins; a port left out is the usual one."""
    mail = settings_of(tmp_path, f"{IMAP}{lines}\n").mail

    assert (mail.port, mail.smtp_port) == ports


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_an_open_connection_is_allowed_on_this_machine(tmp_path: Path, host: str) -> None:
    """Without TLS only the machine itself may be spoken to."""
    text = IMAP.replace("mail.coquan.test", host) + 'tls = "none"\nsmtp_tls = "none"\n'

    assert settings_of(tmp_path, text).mail.tls == "none"


def test_words_typed_on_a_mac_mean_the_same(tmp_path: Path) -> None:
    """Decomposed Vietnamese and stray spaces are put right at the door."""
    decomposed = "So\u031b\u0309  No\u0323\u0302i vu\u0323 "

    settings = settings_of(tmp_path, GOOD.replace("Sở Nội vụ", decomposed))

    assert settings.agency.name == "Sở Nội vụ"


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends change nothing."""
    (tmp_path / "mailflow.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert load(tmp_path).agency.name == "Sở Nội vụ"


def test_the_agency_sets_one_limit_and_keeps_the_others(tmp_path: Path) -> None:
    """[limits] overrides by name; what it does not name stays as in config/limits.toml."""
    settings = settings_of(tmp_path, f"{GOOD}[limits]\nverify = 5\n")

    assert settings.limits == {**default_limits(), "verify": 5}


def test_paths_elsewhere_stay_where_they_are(tmp_path: Path) -> None:
    """An absolute path is not put under the home."""
    text = (
        f'{GOOD}[[register]]\npath = "/mnt/chung/Sổ.xlsx"\nkeeper = "a@coquan.test"\n'
        '[record]\ndatabase_url = "sqlite:////var/lib/mailflow/r.sqlite"\n'
    )

    settings = settings_of(tmp_path, text)

    assert settings.registers[0].path == Path("/mnt/chung/Sổ.xlsx")
    assert settings.record.database_url == "sqlite:////var/lib/mailflow/r.sqlite"


def test_settings_cannot_be_changed_after_reading(tmp_path: Path) -> None:
    """What was checked at the start is what runs."""
    settings = settings_of(tmp_path, GOOD)

    with pytest.raises(ValueError, match="frozen"):
        settings.mail.inbox = "Other"


def test_the_repositorys_files_win_over_the_installed_copy() -> None:
    """Run from a checkout, the templates beside the code are used, not a stale copy."""
    root = data_root()

    assert (root / "pyproject.toml").is_file()
    assert (root / "config" / "limits.toml").is_file()


def test_an_override_wins(tmp_path: Path) -> None:
    """A folder with its own templates and config is taken first; half a folder is not."""
    (tmp_path / "templates").mkdir()
    half = data_root(tmp_path)
    (tmp_path / "config").mkdir()

    assert (half, data_root(tmp_path)) == (data_root(), tmp_path)


def test_a_register_may_lie_on_a_share(tmp_path: Path) -> None:
    """Its address stays as it was written."""
    where = "smb://maychu/chung/ISO/Sổ theo dõi.xlsx"
    text = GOOD + f'[share]\nuser = "mailflow"\n[[register]]\npath = "{where}"\nkeeper = "a@b.vn"\n'
    (register,) = settings_of(tmp_path, text).registers
    assert str(register.path) == where
    assert register.path.name == "Sổ theo dõi.xlsx"
