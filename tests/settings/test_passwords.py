"""Passwords never stand in mailflow.toml, and are found where they belong."""

import re
from pathlib import Path

import pytest

from mailflow.errors import Misconfigured
from tests.settings.homes import GOOD, faults_of, settings_of


@pytest.mark.parametrize(
    "text",
    [
        'mail_password = "hush-hush"',
        '[mail]\npassword = "hush-hush"',
        '[mail]\nmat_khau = "hush-hush"',
        '[mail]\n"Mật khẩu" = "hush-hush"',
        '[mail.login]\nsecret = "hush-hush"',
        '[record]\ndatabase_url = "postgresql+psycopg://u:hush-hush@h/d"',
        '[[register]]\npassword = "hush-hush"',
    ],
)
def test_a_password_in_the_file_is_a_fault_that_never_repeats_it(tmp_path: Path, text: str) -> None:
    """The officer is told where passwords belong; the password itself is not printed."""
    faults = "\n".join(faults_of(tmp_path, text))

    assert re.search(r"secret has no place in this file|holds a password", faults)
    assert "hush-hush" not in faults


def test_a_slip_on_the_line_of_a_password_does_not_print_it(tmp_path: Path) -> None:
    """Even a syntax fault shows only line and column."""
    assert "hush" not in faults_of(tmp_path, "[mail]\nmail_password = hush")[0]


def test_a_missing_password_is_asked_for_only_when_needed(tmp_path: Path) -> None:
    """A Maildir home loads without one; asking for it says the three places to put it."""
    settings = settings_of(tmp_path, GOOD)

    with pytest.raises(Misconfigured) as refused:
        settings.password("mail_password")

    told = str(refused.value)
    for place in (
        "$CREDENTIALS_DIRECTORY/mail_password",
        "/run/secrets/",
        "MAILFLOW_MAIL_PASSWORD",
    ):
        assert place in told


def test_passwords_come_from_systemd_then_docker_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first place that has a password wins, whatever the others hold."""
    systemd, docker = tmp_path / "systemd", tmp_path / "run" / "secrets"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(systemd))

    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "from environment")
    found = [settings_of(tmp_path, GOOD).password("mail_password").get_secret_value()]
    for folder in (docker, systemd):
        folder.mkdir(parents=True)
        (folder / "mail_password").write_text(f"from {folder.name} ệ\n", encoding="utf-8")
        found.append(settings_of(tmp_path, GOOD).password("mail_password").get_secret_value())

    assert found == ["from environment", "from secrets ệ", "from systemd ệ"]


def test_a_home_s_own_password_comes_before_the_common_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named after the home's folder, as systemd names what it loads from a folder of that name."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "systemd"))
    systemd, docker = tmp_path / "systemd", tmp_path / "run" / "secrets"
    for folder in (systemd, docker):
        folder.mkdir(parents=True)
    (systemd / "mail_password").write_text("common", encoding="utf-8")
    (docker / "ban-a_mail_password").write_text("of A", encoding="utf-8")
    found = {}
    for name in ("ban-a", "ban-b"):
        (tmp_path / name).mkdir()
        settings = settings_of(tmp_path / name, GOOD)
        found[name] = settings.password("smtp_password").get_secret_value()

    assert found == {"ban-a": "of A", "ban-b": "common"}


def test_sending_uses_the_mailbox_password_unless_it_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One password serves both servers until smtp_password is set."""
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "one")
    shared = settings_of(tmp_path, GOOD).password("smtp_password").get_secret_value()
    monkeypatch.setenv("MAILFLOW_SMTP_PASSWORD", "two")
    own = settings_of(tmp_path, GOOD).password("smtp_password").get_secret_value()

    assert (shared, own) == ("one", "two")


def test_an_empty_password_file_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that was created and never filled is reported, not sent."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "mail_password").write_text("\n", encoding="utf-8")

    with pytest.raises(Misconfigured, match=r"no password for iso@coquan\.test"):
        settings_of(tmp_path, GOOD).password("mail_password")


def test_a_password_file_that_is_not_text_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password saved in another encoding is named, together with the file's other faults."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "mail_password").write_bytes(b"\xff\xfe\x00hush")

    faults = faults_of(tmp_path, f'{GOOD}password = "x"\ninbox = 1')

    assert [fault.partition(": ")[0] for fault in faults] == [
        "mail.password", "a password cannot be read", "mail.inbox",
    ]  # fmt: skip


def test_passwords_are_not_shown_with_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the settings nor the password print in the clear."""
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "hush")

    settings = settings_of(tmp_path, GOOD)

    assert "hush" not in f"{settings!r} {settings.password('mail_password')!r}"


def test_the_share_has_a_password_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the mailbox is never sent to a file server."""
    text = GOOD + '[share]\nuser = "COQUAN\\\\mailflow"\n'
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "one")
    with pytest.raises(Misconfigured, match=r"no password for COQUAN\\mailflow: .*share_password"):
        settings_of(tmp_path, text).password("share_password")
    monkeypatch.setenv("MAILFLOW_SHARE_PASSWORD", "two")
    assert settings_of(tmp_path, text).password("share_password").get_secret_value() == "two"
