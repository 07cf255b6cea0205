"""What the channel tests share: one Dovecot, one authority, accounts of one's own."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.channels.exchanges import ISO
from tests.ews import ExchangeBox, exchange_server
from tests.servers import Certificates, Dovecot, dovecot, make_certificates

_numbers = count(1)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority and a server certificate."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def post_office() -> Iterator[Dovecot]:
    """One Dovecot for all tests that do not upset it."""
    with dovecot() as server:
        yield server


@pytest.fixture
def user() -> str:
    """An account that no other test uses."""
    return f"hop-thu-{next(_numbers)}"


@pytest.fixture
def box(certificates: Certificates) -> Iterator[ExchangeBox]:
    """An Exchange server with the ISO mailbox, which wants NTLM."""
    with exchange_server(certificates, ISO) as running:
        yield running
