"""Access tokens for mail servers that take no password (client credentials, RFC 6749, 4.4).

Microsoft 365 gives its mailboxes by IMAP and SMTP so (XOAUTH2), no longer by EWS.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msal
import requests

from mailflow.channels.base import LoginRefused
from mailflow.errors import Temporary

SCOPE = "https://outlook.office365.com/.default"
"""All that the application was allowed to in Microsoft 365's mailboxes."""

TIMEOUT = 60.0


def token_source(
    authority: str, client_id: str, secret: str, ca_file: Path | None = None
) -> Callable[[], str]:
    """Give a function that gives a token which is good for some minutes at least.

    `authority` is https://host/tenant. A token is asked for when the last one is nearly over;
    nothing is asked before the first call. That raises LoginRefused with the authority's reason,
    never the secret, and Temporary when the authority cannot be reached.
    """
    known: list[msal.ConfidentialClientApplication] = []

    def token() -> str:
        try:
            if not known:
                known.append(
                    msal.ConfidentialClientApplication(
                        client_id,
                        client_credential=secret,
                        authority=authority,
                        instance_discovery=False,
                        http_client=_session(ca_file),
                    )
                )
            answer = known[0].acquire_token_for_client([SCOPE])
        except (requests.RequestException, ValueError) as fault:
            raise Temporary(f"{authority}: no token: {type(fault).__name__}") from fault
        return _granted(authority, client_id, answer)

    return token


def _session(ca_file: Path | None) -> requests.Session:
    """Give a connection; authorities named in the environment must not replace the agency's own."""
    session = requests.Session()
    if ca_file:
        session.verify, session.trust_env = str(ca_file), False
    session.request = partial(session.request, timeout=TIMEOUT)  # type: ignore[method-assign]  # as msal does
    return session


def _granted(authority: str, client_id: str, answer: dict[str, object]) -> str:
    if "access_token" not in answer:
        why = answer.get("error_description") or answer.get("error")
        raise LoginRefused(f"{authority} gives {client_id} no token: {why}")
    return str(answer["access_token"])
