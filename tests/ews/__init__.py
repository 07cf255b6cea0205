"""An Exchange server for tests, on loopback: one mailbox, spoken to by EWS over HTTPS."""

from tests.ews.mailbox import ACCOUNT, FIXED, ExchangeBox
from tests.ews.server import away, exchange_server

__all__ = ["ACCOUNT", "FIXED", "ExchangeBox", "away", "exchange_server"]
