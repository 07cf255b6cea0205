"""The HTTPS in front of the mailbox: logins by Basic or real NTLM, one answer a request, faults."""

import base64
import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml import etree
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from tests.ews import soap
from tests.ews.mailbox import ACCOUNT, ExchangeBox
from tests.servers import Certificates

PATHS = ("/EWS/Exchange.asmx", "/autodiscover/autodiscover.svc")


class Front(ThreadingHTTPServer):
    """The listener; it knows its connections, to cut them."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, box: ExchangeBox) -> None:
        super().__init__(("127.0.0.1", box.port), Visit)
        self.box = box
        self.context = box.certificates.server_context()
        self.bindings = _bindings(box.certificates)
        self.open: set[socket.socket] = set()
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or does not trust us, is no news; a fault of ours is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Go down at once: every connection cut, every subscription forgotten."""
        self.shutdown()
        self.server_close()
        self.box.subscriptions.clear()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _bindings(certificates: Certificates) -> GssChannelBindings:
    """What Extended Protection wants to see in a login (RFC 5929, 4): our certificate's hash."""
    shown = x509.load_pem_x509_certificate(certificates.cert.read_bytes())
    mark = b"tls-server-end-point:" + shown.fingerprint(hashes.SHA256())
    return GssChannelBindings(application_data=mark)


class Visit(BaseHTTPRequestHandler):
    """One connection of a client; NTLM lets in the connection, Basic each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30
    server: Front

    def setup(self) -> None:
        """Shake hands."""
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.server.open.add(self.request)
        self.box = self.server.box
        self.user = ""
        self.ntlm: Any = None
        super().setup()

    def finish(self) -> None:
        """Close what the handshake wrapped."""
        self.server.open.discard(self.request)
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def do_POST(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path not in PATHS:
            self._say(404, b"<html>not here</html>")
            return
        if not self._let_in():
            return
        asked: Any = soap.body(body)
        operation = etree.QName(asked).localname
        self.box.asked.append(operation)
        waiting = self.box.answers.get(operation, [])
        planned = waiting.pop(0) if waiting else ""
        if planned.startswith("taken, "):
            self.box.answer(operation, asked)
        if planned:
            self._refuse(operation, planned.removeprefix("taken, "))
        elif operation == "GetStreamingEvents":
            self._stream(asked)
        else:
            self._say(200, soap.envelope(self.box.answer(operation, asked)))

    def _refuse(self, operation: str, planned: str) -> None:
        if planned == "hang up":
            self._hang_up()
        elif planned.isdigit():
            self._say(int(planned), b"<html>out of order</html>")
        elif planned == "garbled":
            self._say(200, b"<html>Xin chao</html>")
        elif planned == "not gzip":
            self._say(200, b"plain", {"Content-Encoding": "gzip"})
        elif planned == "ErrorServerBusy":
            self._say(500, soap.envelope(soap.fault(planned)))
        else:
            told = soap.response(operation, [soap.error(operation, planned)])
            self._say(200, soap.envelope(told))

    def _stream(self, asked: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for message in self.box.stream(asked.findtext(f".//{{{soap.T}}}SubscriptionId")):
            said = soap.envelope(soap.response("GetStreamingEvents", [message]))
            self.wfile.write(b"%x\r\n%s\r\n" % (len(said), said))
        self.wfile.write(b"0\r\n\r\n")

    # Logins

    def _let_in(self) -> bool:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic" and self.box.auth == "basic":
            user, _, password = base64.b64decode(token).decode().partition(":")
            self.user = user if password == self.box.password else ""
            self.box.logins.append((scheme, user))
        elif scheme == "NTLM" and self.box.auth == "ntlm":
            return self._ntlm(base64.b64decode(token))
        if self.user not in {self.box.address, ACCOUNT}:
            self._challenge(self.box.auth.upper() if self.box.auth == "ntlm" else "Basic realm=ews")
            return False
        return True

    def _ntlm(self, token: bytes) -> bool:
        """Take a step of NTLM; the second proves the password, for this TLS connection alone."""
        self.ntlm = self.ntlm or spnego.server(
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
            channel_bindings=self.server.bindings,
        )
        try:
            answer = self.ntlm.step(token)
        except SpnegoError:
            self.ntlm = None
            self.box.logins.append(("NTLM", ""))
            self._challenge("NTLM")
            return False
        if not self.ntlm.complete:
            self._challenge(f"NTLM {base64.b64encode(answer).decode()}")
            return False
        self.user = self.ntlm.client_principal.removeprefix("\\")
        self.box.logins.append(("NTLM", self.user))
        return True

    def _challenge(self, how: str) -> None:
        self._say(401, b"", {"WWW-Authenticate": how})

    # The wire

    def _say(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": "text/xml; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@contextlib.contextmanager
def exchange_server(
    certificates: Certificates, address: str, **settings: Any
) -> Iterator[ExchangeBox]:
    """Run an Exchange server with one mailbox until the block ends."""
    box = ExchangeBox(address, certificates, **settings)
    with _known_to_ntlm(box):
        box.front = Front(box)
        try:
            yield box
        finally:
            box.front.stop()


@contextlib.contextmanager
def away(box: ExchangeBox) -> Iterator[None]:
    """Take the server down until the block ends; then it is there again, with its letters."""
    box.front.stop()
    try:
        yield
    finally:
        box.front = Front(box)


@contextlib.contextmanager
def _known_to_ntlm(box: ExchangeBox) -> Iterator[None]:
    """Write the file in which pyspnego looks for accounts and passwords."""
    before = os.environ.get("NTLM_USER_FILE")
    with tempfile.TemporaryDirectory() as folder:
        accounts = Path(folder) / "accounts"
        lines = (f":{box.address}:{box.password}", ACCOUNT.replace("\\", ":") + f":{box.password}")
        accounts.write_text("\n".join(lines), encoding="utf-8")
        os.environ["NTLM_USER_FILE"] = str(accounts)
        try:
            yield
        finally:
            os.environ.pop("NTLM_USER_FILE")
            if before is not None:
                os.environ["NTLM_USER_FILE"] = before
