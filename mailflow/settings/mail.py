"""[mail] of mailflow.toml: the mailbox people write to, and what sends for it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from mailflow.settings.kinds import (
    Address,
    HomePath,
    Port,
    Security,
    Words,
    is_loopback,
    words_or_none,
)
from mailflow.settings.section import Section

IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
HTTPS = 443


def _is_exchange(seen: Mapping[str, Any]) -> bool:
    return seen.get("kind") == "exchange"


class Mail(Section):
    """[mail]: the mailbox people write to, and the server that sends for it."""

    kind: Literal["maildir", "imap", "exchange"] = "maildir"
    address: Address = Field(examples=["iso@coquan.gov.vn"])
    display_name: Words | None = Field(default=None, examples=["Ban ISO"])
    host: Words | None = Field(default=None, examples=["mail.coquan.gov.vn"])
    tls: Security = "tls"
    port: Port = Field(
        default_factory=lambda seen: HTTPS if _is_exchange(seen) else IMAP_PORTS[seen["tls"]],
        examples=[993],
    )
    endpoint: Words | None = Field(
        default=None, examples=["https://mail.coquan.gov.vn/EWS/Exchange.asmx"]
    )
    auth: Literal["ntlm", "basic"] = "ntlm"
    user: Words = Field(
        default_factory=lambda seen: seen["address"], examples=["iso@coquan.gov.vn"]
    )
    ca_file: HomePath | None = Field(default=None, examples=["ca.pem"])
    smtp_host: Words | None = Field(
        default_factory=lambda seen: seen["host"], examples=["mail.coquan.gov.vn"]
    )
    smtp_tls: Security = "starttls"
    smtp_port: Port = Field(
        default_factory=lambda seen: SMTP_PORTS[seen["smtp_tls"]], examples=[587]
    )
    smtp_user: Words = Field(
        default_factory=lambda seen: seen["user"], examples=["iso@coquan.gov.vn"]
    )
    client_id: Words | None = Field(default=None, examples=["11111111-2222-3333-4444-555555555555"])
    authority: Words | None = Field(
        default=None, examples=["https://login.microsoftonline.com/coquan.onmicrosoft.com"]
    )
    smime_ca: HomePath | None = Field(default=None, examples=["smime-ca.pem"])
    trusted_authserv: Words | None = Field(default=None, examples=["mail.coquan.gov.vn"])
    verp: bool = Field(default=False, strict=True, examples=[False])
    most_letters: int = Field(default=30, strict=True, ge=1, le=10_000)
    inbox: Words = "INBOX"
    done_folder: Words = "Đã xử lý"
    review_folder: Words = "Cần xem"
    sent_folder: Annotated[str, AfterValidator(words_or_none)] | None = Field(
        default_factory=lambda seen: "" if seen.get("authority") else None, examples=["Đã gửi"]
    )
    maildir_in: HomePath = Path("mail/in")
    maildir_out: HomePath = Path("mail/out")

    @property
    def domain(self) -> str:
        """What stands after the @: the right side of the Message-IDs we make."""
        return self.address.rpartition("@")[2]

    @field_validator("host")
    @classmethod
    def _imap_has_a_server(cls, host: str | None, info: ValidationInfo) -> str | None:
        if host is None and info.data.get("kind") == "imap":
            raise ValueError('is missing: kind = "imap" needs a server')
        return host

    @field_validator("tls")
    @classmethod
    def _exchange_by_https(cls, tls: str, info: ValidationInfo) -> str:
        if _is_exchange(info.data) and tls != "tls":
            raise ValueError(f"{tls!r} is not for Exchange, which is reached by HTTPS alone")
        return tls

    @field_validator("endpoint")
    @classmethod
    def _is_of_exchange(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return url
        if not re.fullmatch(r"https://[^/\s@]+/\S+", url):
            raise ValueError("is not the https:// address of EWS")
        if info.data.get("kind") == "imap":
            raise ValueError('needs kind = "exchange"')
        if re.search(r"(office365|outlook)\.com(:|/)", url):
            raise ValueError(
                "is Microsoft 365, which no longer speaks EWS: "
                'set kind = "imap", client_id and authority'
            )
        return url

    @field_validator("verp")
    @classmethod
    def _sends_as_another(cls, verp: bool, info: ValidationInfo) -> bool:
        if verp and _is_exchange(info.data):
            raise ValueError("is not for Exchange, which sends from the mailbox's own address")
        return verp

    @field_validator("authority")
    @classmethod
    def _comes_with_its_client(cls, authority: str | None, info: ValidationInfo) -> str | None:
        if authority is not None and not re.fullmatch(r"https://[^/\s]+/[^/\s]+", authority):
            raise ValueError("is not like https://login.microsoftonline.com/coquan.onmicrosoft.com")
        if (authority is None) != (info.data.get("client_id") is None):
            raise ValueError("and client_id stand together: both for a login by token, or neither")
        if authority is not None and _is_exchange(info.data):
            raise ValueError('needs kind = "imap": Exchange takes user and password')
        return authority

    @field_validator("tls", "smtp_tls")
    @classmethod
    def _open_only_on_this_machine(cls, tls: str, info: ValidationInfo) -> str:
        host = info.data.get("host")
        if info.field_name == "smtp_tls":
            host = info.data.get("smtp_host", host)
        if tls == "none" and host and not is_loopback(host):
            raise ValueError(f'"none" would send the password in the clear to {host}')
        return tls

    @field_validator("ca_file", "smime_ca")
    @classmethod
    def _file_exists(cls, path: Path | None) -> Path | None:
        if path and not path.is_file():
            raise ValueError(f"there is no file {path}")
        return path

    @field_validator("maildir_out")
    @classmethod
    def _never_reads_its_own(cls, path: Path, info: ValidationInfo) -> Path:
        if path == info.data.get("maildir_in"):
            raise ValueError("is also maildir_in: Mailflow would read what it sends")
        return path
