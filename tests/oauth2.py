"""An authority on loopback that gives access tokens, and tells Dovecot whose they are."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from mailflow.channels.oauth2 import SCOPE
from tests.servers import Certificates, free_port

TENANT, CLIENT, SECRET = "coquan.test", "1111-2222", "bí mật của ứng dụng"


@dataclass
class Authority:
    """What it gave: tokens by mailbox; `life` is the seconds a token lasts."""

    user: str
    port: int = field(default_factory=free_port)
    asking_port: int = field(default_factory=free_port)
    life: int = 3600
    given: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where tokens are asked for."""
        return f"https://127.0.0.1:{self.port}/{TENANT}"

    @property
    def asking(self) -> str:
        """Where a mail server asks about a token (plain HTTP, this machine only)."""
        return f"http://127.0.0.1:{self.asking_port}/?token="

    def described(self) -> dict[str, str]:
        """The authority's document about itself (OpenID discovery)."""
        ends = {name: f"{self.url}/{name}" for name in ("authorize", "token")}
        return {
            "issuer": self.url,
            "authorization_endpoint": ends["authorize"],
            "token_endpoint": ends["token"],
        }

    def grants(self, form: dict[str, list[str]]) -> tuple[int, dict[str, object]]:
        """Give a token to the one client with its secret."""
        if form.get("client_secret") != [SECRET] or form.get("scope") != [SCOPE]:
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: no"}
        self.given.append(f"token-{len(self.given) + 1}")
        answer = {"token_type": "Bearer", "expires_in": self.life, "access_token": self.given[-1]}
        return 200, answer

    def knows(self, token: str) -> tuple[int, dict[str, object]]:
        """Say whose mailbox a token opens."""
        return (200, {"email": self.user}) if token in self.given else (401, {"error": "unknown"})


@contextmanager
def authority(user: str, certificates: Certificates) -> Iterator[Authority]:
    """Run one for a mailbox."""
    town = Authority(user)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query).get("token")
            self._say(*(town.knows(asked[0]) if asked else (200, town.described())))

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*town.grants(parse_qs(form)))

        def _say(self, code: int, answer: object) -> None:
            body = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            pass

    secure = ThreadingHTTPServer(("127.0.0.1", town.port), Answers)
    secure.socket = _with_tls(secure, certificates.server_context())
    plain = ThreadingHTTPServer(("127.0.0.1", town.asking_port), Answers)
    for server in (secure, plain):
        Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield town
    finally:
        for server in (secure, plain):
            server.shutdown()
            server.server_close()


def _with_tls(server: ThreadingHTTPServer, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(server.socket, server_side=True)
