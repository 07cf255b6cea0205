"""What an agency installs: the unit of systemd, the compose file and the demo's mail server."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from mailflow import settings
from mailflow.cli.app import app
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.home import make_home
from mailflow.settings.read import Secrets
from tests.components import ROOT
from tests.conversations.agency import START

UNIT = ROOT / "config" / "mailflow.service"
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
MOST_EXPOSED = 1.5
"""The figure that `systemd-analyze security` may give the unit; from 0 to 10, ours has 1.2."""

CLOSED = {
    "ProtectSystem": "strict",
    "MemoryDenyWriteExecute": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "Type": "notify",
    "NotifyAccess": "main",
    "WatchdogSec": "10min",
    "MemoryMax": "2G",
    **dict.fromkeys(
        (
            *("NoNewPrivileges", "PrivateDevices", "PrivateTmp", "PrivateUsers", "ProtectHome"),
            *("ProtectClock", "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs"),
            *("ProtectKernelModules", "ProtectKernelTunables", "RestrictNamespaces"),
            *("RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "RemoveIPC"),
        ),
        "yes",
    ),
}


def directives() -> dict[str, list[str]]:
    """Read the unit: directive -> its values, in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_starts_a_verb_there_is_with_the_passwords_the_settings_read() -> None:
    """A verb or a password renamed in the code is noticed here, not at the first start."""
    unit = directives()
    (command,) = unit["ExecStart"]
    _, option, home, verb = command.split()
    console = typer.main.get_command(app)

    assert verb in console.commands  # type: ignore[attr-defined]  # a group, as typer makes it
    assert option in {name for p in console.params for name in p.opts}
    assert (unit["ReadWritePaths"], unit["WorkingDirectory"]) == ([home], [home])
    loaded = dict(pair.split(":") for pair in unit["LoadCredential"])
    assert loaded == {name: f"/etc/mailflow/{name}" for name in Secrets.model_fields}


@pytest.mark.threat("privilege of the service")
def test_the_unit_shuts_the_service_in() -> None:
    """Under systemd it has no rights, writes into its home alone, calls what a service needs."""
    unit = directives()

    assert {name: unit.get(name, ["(none)"])[-1] for name in CLOSED} == CLOSED
    assert "ProcSubset" not in unit, "LibreOffice looks into /proc before it starts"
    assert unit["SystemCallFilter"] == ["@system-service", "~@privileged @resources", "@chown"]


def test_systemd_finds_the_unit_well_shut_in() -> None:
    """Where systemd is, its own judgement of the unit."""
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("systemd is not installed here")
    said = subprocess.run(
        [analyze, "security", "--offline=true", "--no-pager", UNIT],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    figure = re.search(r"exposure level for mailflow\.service: ([\d.]+)", said.stdout)

    assert figure, said.stderr
    assert float(figure[1]) <= MOST_EXPOSED


def test_compose_hands_on_every_password_the_settings_read() -> None:
    """Each is a secret of the service, from a file the operator names, none by default."""
    for name in Secrets.model_fields:
        assert f"      - {name}\n" in COMPOSE
        assert f"file: ${{MAILFLOW_{name.upper()}_FILE:-/dev/null}}" in COMPOSE


def test_the_demo_home_speaks_to_the_demos_mail_server(tmp_path: Path) -> None:
    """What the demo does to a home just made gives sound settings, with its server's ports."""
    people = (cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email)
    make_home(tmp_path / "home", *people, Moved(START), cast.ROSTER)
    (change,) = re.findall(r"sed -i '(.*)' mailflow\.toml", COMPOSE)
    subprocess.run(["sed", "-i", change, tmp_path / "home" / settings.FILE], check=True)
    mail = settings.load(tmp_path / "home").mail

    assert "mailflow init . --sample\n" in COMPOSE
    assert (mail.kind, mail.tls, mail.smtp_tls) == ("imap", "none", "none")
    for port in (mail.port, mail.smtp_port):
        assert f"- 127.0.0.1:{port}:{port}\n" in COMPOSE
    assert "network_mode: service:demo-mail\n" in COMPOSE
    assert mail.host == "127.0.0.1"
