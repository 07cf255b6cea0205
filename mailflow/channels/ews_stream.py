"""Hearing of new letters on Exchange: streaming notifications, read in a thread of their own."""

from contextlib import suppress
from threading import Event, Thread
from typing import Any

from exchangelib.properties import FolderId
from exchangelib.services import GetStreamingEvents, SubscribeToStreaming

from mailflow.channels.ews import FAULTS, Exchange, let_go, open_account
from mailflow.errors import MailflowError

MINUTES = 1
"""How long the server may hold one answer open; a dead one is noticed a minute later."""

PAUSE = 1.0
"""Seconds between two answers, in case a server closes them at once."""


class Stream:
    """One subscription to a folder on a connection of its own, since it waits all the time.

    It ends at the first fault: the mailbox's next look finds out what is wrong, at its own pace.
    """

    def __init__(self, exchange: Exchange, folder: FolderId) -> None:
        self._exchange = exchange
        self._folder = folder
        self._heard = Event()
        self._closed = Event()
        self._service: Any = None
        self._thread = Thread(target=self._run, name="ews-stream", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still listens."""
        return self._thread.is_alive()

    def heard(self) -> bool:
        """Say, once, whether a letter came since the last time."""
        if not self._heard.is_set():
            return False
        self._heard.clear()
        return True

    def close(self) -> None:
        """Stop listening at once; never raises."""
        self._closed.set()
        response: Any = getattr(self._service, "_streaming_response", None)
        with suppress(*FAULTS, RuntimeError):  # there is none, or it has ended
            response.raw.shutdown()
        self._thread.join(PAUSE)

    def _run(self) -> None:
        with suppress(MailflowError, *FAULTS):
            account = open_account(self._exchange)
            try:
                self._listen(account)
            finally:
                let_go(account)

    def _listen(self, account: Any) -> None:
        subscribing = SubscribeToStreaming(account=account)
        subscription = subscribing.get(folders=[self._folder], event_types=["NewMailEvent"])
        while not self._closed.is_set():
            self._service = GetStreamingEvents(account=account)
            for event in self._service.call([subscription], connection_timeout=MINUTES):
                if isinstance(event, Exception):
                    raise event
                self._heard.set()
            self._closed.wait(PAUSE)
