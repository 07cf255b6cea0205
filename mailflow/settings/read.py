"""Reads mailflow.toml and the passwords beside it into one checked value."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import PrivateAttr, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from mailflow.errors import Misconfigured
from mailflow.settings.data import data_root
from mailflow.settings.faults import FILE, syntax_fault, value_faults
from mailflow.settings.sections import STARTING_ID, Sections
from workbook_sync.places import Address

RUN_SECRETS = Path("/run/secrets")
_SECRET = re.compile(r"pass|pwd|secret|token|m[aậ]t[_ -]?kh[aẩ]u", re.IGNORECASE)


def _places(name: str) -> str:
    return (
        f"$CREDENTIALS_DIRECTORY/{name} (systemd), /run/secrets/{name} (Docker), "
        f"or the environment variable MAILFLOW_{name.upper()}"
    )


class Secrets(BaseSettings):
    """Passwords, from systemd's or Docker's folder of secrets, last from the environment."""

    model_config = SettingsConfigDict(env_prefix="MAILFLOW_", frozen=True)

    mail_password: SecretStr | None = None
    smtp_password: SecretStr | None = None
    share_password: SecretStr | None = None
    client_secret: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put a home's own first, then the folders: an environment is seen by every child."""
        del dotenv_settings, file_secret_settings  # no .env sets them
        return (
            init_settings,
            *(
                SecretsSettingsSource(settings_cls, secrets_dir=folder, env_prefix="")
                for folder in _folders()
            ),
            env_settings,
        )


def secret_files(home: Path) -> Iterator[Path]:
    """Give every file in which a password of this home may lie, its own before the common ones."""
    for own in (f"{home.name}_", ""):
        for folder in _folders():
            yield from (folder / f"{own}{name}" for name in Secrets.model_fields)


def _folders() -> list[Path]:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = [Path(credentials)] if credentials else []
    return [folder for folder in (*folders, RUN_SECRETS) if folder.is_dir()]


class Settings(Sections):
    """An agency's settings: the sections of its mailflow.toml, its home and its passwords."""

    _home: Path = PrivateAttr()
    _secrets: Secrets = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Keep the home and the passwords, which are no keys of the file."""
        self._home, self._secrets = context["home"], context["secrets"]

    @property
    def home(self) -> Path:
        """The agency's folder, absolute."""
        return self._home

    @property
    def sender_name(self) -> str:
        """The name beside our address in a mail's From."""
        return self.mail.display_name or self.agency.name

    def password(
        self, name: Literal["mail_password", "smtp_password", "share_password", "client_secret"]
    ) -> SecretStr:
        """Return a password; sending uses the mailbox's own unless it has another.

        Raises Misconfigured, saying where to put it, when there is none.
        """
        found: SecretStr | None = getattr(self._secrets, name)
        if name == "smtp_password" and not found:
            name, found = "mail_password", self._secrets.mail_password
        if not found or not found.get_secret_value():
            whose = {"share_password": self.share.user, "client_secret": self.mail.client_id}
            user = whose.get(name, self.mail.user)
            raise Misconfigured([f"no password for {user}: put it into {_places(name)}"])
        return found


def load(home: Path) -> Settings:
    """Read the home's mailflow.toml.

    Raises Misconfigured with every fault at once, each saying where it stands
    (section.key), what is wrong and what to write instead.
    """
    home = home.resolve()
    data = _parse(_read(home / FILE))
    faults = _take_secrets_out(data)
    share, agency = data.get("share"), data.get("agency")
    context: dict[str, Any] = {
        "home": home,
        "workbooks": set(),
        "share_user": isinstance(share, dict) and bool(share.get("user")),
        "own_id": isinstance(agency, dict) and agency.get("id", STARTING_ID) != STARTING_ID,
        "secrets": _secrets(home, faults),
    }
    required: dict[str, Any] = {"agency": {}, "mail": {}, "record": {}, "backup": {}}
    try:
        settings = Settings.model_validate(required | data, context=context)
    except ValidationError as error:
        faults += value_faults(error, Sections)
    else:
        if not faults:
            return settings
    raise Misconfigured(faults)  # outside the except: pydantic's error quotes what was typed


def _secrets(home: Path, faults: list[str]) -> Secrets:
    """Read the passwords; one that cannot be read is added to the faults."""
    own: dict[str, Any] = {}
    try:
        for folder in reversed(_folders()):
            own |= SecretsSettingsSource(Secrets, secrets_dir=folder, env_prefix=f"{home.name}_")()
        return Secrets(**own)
    except (OSError, ValueError) as error:
        faults.append(f"a password cannot be read: {error}")
        return Secrets.model_construct()


def starting_file(agency_name: str, mail_address: str, keeper_address: str) -> str:
    """Return config/mailflow.toml with its placeholders filled in: a new home's settings."""
    text = (data_root() / "config" / FILE).read_text(encoding="utf-8")
    values = {
        "agency_name": agency_name,
        "mail_address": mail_address,
        "keeper_address": keeper_address,
    }
    return re.sub(
        "{(" + "|".join(values) + ")}",
        lambda mark: json.dumps(values[mark[1]], ensure_ascii=False)[1:-1],  # escaped as in TOML
        text,
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Misconfigured(
            [f"{path} does not exist; give --home, or run: mailflow init {path.parent}"]
        ) from None
    except UnicodeDecodeError as error:
        raise Misconfigured([f"{path}: is not UTF-8 text; save it as UTF-8"]) from error
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be read: {error.strerror}"]) from error


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured([syntax_fault(text, error)]) from error


def _take_secrets_out(value: Any, place: str = "") -> list[str]:
    """Drop every key that names a secret, and say so without its value."""
    if isinstance(value, list):
        rows = enumerate(value, 1)
        return [fault for n, row in rows for fault in _take_secrets_out(row, f"{place}[{n}]")]
    if not isinstance(value, dict):
        return []
    faults = []
    for key in list(value):
        where = f"{place}.{key}".removeprefix(".")
        if _SECRET.search(key):
            del value[key]
            faults.append(
                f"{where}: a secret has no place in this file; remove the line, "
                f"change the password, and put it into {_places('mail_password')}"
            )
        else:
            faults += _take_secrets_out(value[key], where)
    return faults


def register_id(settings: Settings, path: Path | Address) -> str:
    """Name a register: the agency, and the file's place in the home where it lies there."""
    if isinstance(path, Path) and path.is_relative_to(settings.home):
        path = path.relative_to(settings.home)
    return f"{settings.agency.id}:{path}"
