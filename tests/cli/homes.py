"""Homes changed for a test."""

from pathlib import Path

from mailflow.settings import FILE


def serve_imap(home: Path, port: int) -> None:
    """Let the home's settings name an IMAP and an SMTP server on this machine."""
    replace(
        home,
        'kind = "maildir"',
        f'kind = "imap"\nhost = "127.0.0.1"\ntls = "none"\nport = {port}\n'
        f'smtp_tls = "none"\nsmtp_port = {port}',
    )


def replace(home: Path, old: str, new: str) -> None:
    """Put other words into the home's settings."""
    file = home / FILE
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {FILE}"
    file.write_text(text.replace(old, new), encoding="utf-8")
