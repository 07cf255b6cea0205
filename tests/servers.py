"""Real servers for tests, on loopback: Dovecot as a child process, and an authority for TLS."""

import contextlib
import datetime
import grp
import imaplib
import ipaddress
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mailflow.channels.base import Server
from tests.components import need

PASSWORD = "Mật-khẩu-của-tôi"
NOBODY = 65534
READY_SECONDS = 10

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Certificates:
    """An authority of our own and a server's certificate for localhost and 127.0.0.1."""

    ca: Path
    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server that shows this certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificates(folder: Path, days: int = 1) -> Certificates:
    """Make an authority and a server certificate signed by it, valid for so many days from now.

    Fewer than none: it was valid until then.
    """
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Cơ quan chứng thực thử", ca_key, None, ca_key)
    cert = _certificate("localhost", key, ca, ca_key, days)
    made = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.cert.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    made.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return made


def _certificate(
    name: str, key: Key, issuer: x509.Certificate | None, signer: Key, days: int = 1
) -> Any:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    public = signer.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=min(0, days - 1), hours=-1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    if issuer:
        loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), loopback])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256())


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass(frozen=True)
class DovecotKind:
    """What differs between the Dovecots of the tests."""

    capability: str = ""  # what is announced, "" for all that Dovecot can
    separator: str = "/"
    prefix: str = ""
    inbox_rights: str = ""  # rights of the owner on INBOX (RFC 4314), "" for all
    tokens: str = ""  # where to ask about an access token, "" for passwords only
    sent: str = ""  # the folder marked as that of sent mail, "" for none
    quota: str = ""  # what a mailbox may hold, such as "10K", "" for no limit
    store: str = "maildir:~/Maildir"  # how it keeps mail (mail_location)
    days: int = 1  # how long its certificate is good; -1: it ran out yesterday


@dataclass
class ImapServer:
    """A running IMAP server in which every user name exists, with PASSWORD."""

    root: Path
    port: int
    tls_port: int
    certificates: Certificates
    process: subprocess.Popen[bytes]

    def server(self, user: str) -> Server:
        """Return how Mailflow reaches a user's account."""
        ca = self.certificates.ca
        return Server("127.0.0.1", self.tls_port, user, PASSWORD, ca_file=ca, timeout=5)

    def starttls_server(self, user: str) -> Server:
        """Return the same account by STARTTLS."""
        return replace(self.server(user), port=self.port, tls="starttls")

    @contextlib.contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Another person's mail program, logged in and with a folder open."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=5)
        try:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
            kind, data = client.select(folder)
            assert kind == "OK", data
            yield client
        finally:
            client.shutdown()


class Dovecot(ImapServer):
    """A running Dovecot."""

    def maildir(self, user: str) -> Path:
        """Return the user's folder of mail."""
        return self.root / "mail" / user / "Maildir"

    def sessions(self) -> list[int]:
        """Return the process ids that serve one logged-in client each."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                pid, rest = status.read_text().split(" (", 1)
                name, fields = rest.rsplit(") ", 1)
                if name == "imap" and int(fields.split()[1]) == self.process.pid:
                    found.append(int(pid))
        return found

    def kill_sessions(self) -> None:
        """Cut every client off, as a crash of the server's worker does."""
        for pid in self.sessions():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def octets_sent(self, user: str, *, sessions: int) -> list[int]:
        """Return what each of a user's ended sessions was sent, once so many have ended."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            log = (self.root / "dovecot.log").read_text(encoding="utf-8")
            found = re.findall(rf"imap\({re.escape(user)}\).* out=(\d+)", log)
            if len(found) >= sessions:
                return [int(octets) for octets in found]
            time.sleep(0.02)
        raise RuntimeError(f"fewer than {sessions} sessions of {user} have ended")

    def stop(self) -> None:
        """End the server and its workers at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(READY_SECONDS)
        end = time.monotonic() + READY_SECONDS
        # The workers hold the ports a moment longer than the master.
        while time.monotonic() < end and (listening(self.port) or listening(self.tls_port)):
            time.sleep(0.01)


@contextlib.contextmanager
def dovecot(kind: DovecotKind | None = None) -> Iterator[Dovecot]:
    """Run a Dovecot of our own until the block ends."""
    program = need("dovecot")
    root = Path(tempfile.mkdtemp(prefix="dovecot-"))
    root.chmod(0o755)
    server = None
    try:
        server = _started(program, root, kind or DovecotKind())
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(root, ignore_errors=True)


def _started(program: str, root: Path, kind: DovecotKind) -> Dovecot:
    mail = root / "mail"
    mail.mkdir()
    if os.getuid() == 0:
        os.chown(mail, NOBODY, NOBODY)
    certificates = make_certificates(root, kind.days)
    port, tls_port = free_port(), free_port()
    config = root / "dovecot.conf"
    config.write_text(_configuration(root, port, tls_port, kind), encoding="utf-8")
    process = subprocess.Popen([program, "-F", "-c", str(config)], start_new_session=True)
    server = Dovecot(root, port, tls_port, certificates, process)
    try:
        wait_for_greeting(server, root / "dovecot.log")
    except BaseException:
        server.stop()
        raise
    return server


def wait_for_greeting(server: ImapServer, log: Path) -> None:
    """Return once the server speaks; raises RuntimeError with its log when it never does."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", server.port, timeout=5).shutdown()
            return
        time.sleep(0.02)
    raise RuntimeError(f"no IMAP server: {log.read_text() if log.exists() else ''}")


def _configuration(root: Path, port: int, tls_port: int, kind: DovecotKind) -> str:
    uid, gid = os.getuid(), os.getgid()
    mine = ""
    if uid == 0:
        uid = gid = NOBODY
    else:
        me, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name
        mine = f"default_internal_user = {me}\ndefault_internal_group = {group}\n"
        mine += f"default_login_user = {me}\n"
    return f"""{mine}
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/run
instance_name = t{port}
log_path = {root}/dovecot.log
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u allow_all_users=yes
}}
first_valid_uid = 0
first_valid_gid = 0
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = no
mail_location = {kind.store}
mail_fsync = never
mail_max_userip_connections = 100
namespace inbox {{
  inbox = yes
  separator = {kind.separator}
  prefix = {kind.prefix}
  {_sent(kind)}
}}
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{_capability(kind)}{_rights(root, kind)}{_tokens(root, kind)}{_quota(kind)}"""


def _sent(kind: DovecotKind) -> str:
    if not kind.sent:
        return ""
    return f'mailbox "{kind.sent}" {{\n    special_use = \\Sent\n    auto = create\n  }}'


def _quota(kind: DovecotKind) -> str:
    """Limit what a mailbox holds, letters moved within it counted once more while they move."""
    if not kind.quota:
        return ""
    return f"""mail_plugins = quota
plugin {{
  quota = maildir:User quota
  quota_rule = *:storage={kind.quota}
}}
"""


def _tokens(root: Path, kind: DovecotKind) -> str:
    """Let in whoever brings a token that the authority knows (Dovecot's passdb oauth2)."""
    if not kind.tokens:
        return ""
    asking = root / "oauth2.conf"
    asking.write_text(f"tokeninfo_url = {kind.tokens}\nusername_attribute = email\n")
    mechanisms = "xoauth2 oauthbearer"
    return f"""auth_mechanisms = plain login {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {asking}
}}
"""


def _capability(kind: DovecotKind) -> str:
    return f"protocol imap {{\n  imap_capability = {kind.capability}\n}}\n" * bool(kind.capability)


def _rights(root: Path, kind: DovecotKind) -> str:
    if not kind.inbox_rights:
        return ""
    (root / "acl").mkdir()
    (root / "acl" / "INBOX").write_text(f"owner {kind.inbox_rights}\n")
    return f"mail_plugins = acl\nplugin {{\n  acl = vfile:{root}/acl\n}}\n"
