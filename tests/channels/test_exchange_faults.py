"""An Exchange server that is wrong, busy, silent or restarted; what is heard and what is told."""

import socket
import threading
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

import pytest

from mailflow.channels.base import Envelope, LoginRefused, NoAnswer
from mailflow.channels.ews import Exchange
from mailflow.errors import Temporary
from tests.channels.exchanges import ISO, opened, post, sending
from tests.channels.inbox import letter, subjects
from tests.ews import ExchangeBox, away, exchange_server
from tests.servers import Certificates


def _with_server(exchange: Exchange, **other: Any) -> Exchange:
    return replace(exchange, server=replace(exchange.server, **other))


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
@pytest.mark.threat("secrets in logs and errors")
def test_a_wrong_password_is_a_refused_login(certificates: Certificates, auth: str) -> None:
    """Tried once, told without the password; a right one is let in."""
    with exchange_server(certificates, ISO, auth=auth, password="dung-roi") as box:
        post(box, "một")
        with (
            opened(box.exchange(password="sai-bet")) as mailbox,
            pytest.raises(LoginRefused, match=f"login of {ISO} refused") as refused,
        ):
            list(mailbox.waiting())
        assert "sai-bet" not in str(refused.value)
        assert len(box.logins) == 1
        assert box.asked == []
        with opened(box.exchange()) as mailbox:
            assert subjects(list(mailbox.waiting())) == ["một"]


def test_basic_is_not_tried_with_letters_it_has_no_rule_for(certificates: Certificates) -> None:
    """A Vietnamese password goes by NTLM; by Basic the first try would already be a wrong one."""
    with exchange_server(certificates, ISO, auth="basic") as box:
        with opened(box.exchange()) as mailbox, pytest.raises(LoginRefused, match='auth = "ntlm"'):
            list(mailbox.waiting())
        assert box.logins == []


@pytest.mark.threat("TLS")
def test_a_certificate_of_an_authority_nobody_named_is_refused(
    box: ExchangeBox, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No login is sent; an authority named in the environment changes nothing."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))
    with (
        opened(_with_server(box.exchange(), ca_file=None)) as mailbox,
        pytest.raises(Temporary, match="certificate verify failed"),
    ):
        list(mailbox.waiting())
    assert box.logins == []


def test_an_authority_that_cannot_be_read_is_named(box: ExchangeBox) -> None:
    """A wrong path is a fault the operator can read, in both directions."""
    exchange = _with_server(box.exchange(), ca_file=Path("/không/có.pem"))
    with opened(exchange) as mailbox, pytest.raises(Temporary, match="No such file"):
        list(mailbox.waiting())
    with sending(exchange) as transport, pytest.raises(Temporary, match="No such file"):
        transport.send(ISO, "lan@coquan.test", b"To: lan@coquan.test\r\n\r\n")


@pytest.mark.parametrize("answer", ["ErrorServerBusy", "503", "garbled", "hang up", "not gzip"])
def test_a_server_in_trouble_is_asked_again_later(box: ExchangeBox, answer: str) -> None:
    """Busy (throttling), out of order or talking nonsense: one round says so, the next works."""
    post(box, "một")
    box.answers["FindItem"] = [answer]
    with opened(box.exchange()) as mailbox:
        with pytest.raises(Temporary, match="the mailbox cannot be read") as trouble:
            list(mailbox.waiting())
        assert not isinstance(trouble.value, LoginRefused)
        assert subjects(list(mailbox.waiting())) == ["một"]


def test_one_broken_connection_costs_one_letter_two_end_the_round(box: ExchangeBox) -> None:
    """The others come at once; what is behind the second fault waits for the next round."""
    post(box, "một", "hai", "ba", "bốn", "năm")
    box.answers["GetItem"] = ["hang up"]
    found: list[Envelope] = []
    with opened(box.exchange()) as mailbox:
        with pytest.raises(Temporary, match="a letter cannot be fetched"):
            found.extend(mailbox.waiting())
        assert subjects(found) == ["hai", "ba", "bốn", "năm"]
        box.answers["GetItem"] = ["503", "503"]
        with pytest.raises(Temporary, match="a letter cannot be fetched"):
            list(mailbox.waiting())
        assert len(list(mailbox.waiting())) == 5


def test_a_server_that_says_nothing_is_not_waited_for_without_end(box: ExchangeBox) -> None:
    """It takes the connection and is silent."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"https://127.0.0.1:{silent.getsockname()[1]}/EWS/Exchange.asmx"
        exchange = _with_server(box.exchange(endpoint=endpoint), timeout=0.2)
        with opened(exchange) as mailbox, pytest.raises(NoAnswer, match="timed out"):
            list(mailbox.waiting())


@pytest.mark.threat("log injection and content in logs")
def test_no_letter_gets_into_the_log(
    box: ExchangeBox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """exchangelib logs the whole request when it understands nothing: it is not let to."""
    box.answers["CreateItem"] = ["not gzip"]
    secret = letter("mật").replace(b"From:", b"To: lan@coquan.test\r\nFrom:")
    with caplog.at_level(0), sending(box.exchange()) as transport, pytest.raises(Temporary):
        transport.send(ISO, "lan@coquan.test", secret)
    assert not [record for record in caplog.records if record.name.startswith("exchangelib")]
    assert "<" not in capfd.readouterr().err


# Listening


def _post_once_listened(box: ExchangeBox, subject: str) -> None:
    """Lay a letter into the inbox as soon as somebody has subscribed to it."""

    def wait_and_post() -> None:
        with box.news:
            box.news.wait_for(lambda: box.subscriptions, 30)
        post(box, subject)

    Thread(target=wait_and_post, daemon=True).start()


def test_a_letter_is_heard_while_we_wait(box: ExchangeBox) -> None:
    """The server tells of it; hearing takes nothing away from looking."""
    with opened(box.exchange()) as mailbox:
        assert list(mailbox.waiting()) == []
        _post_once_listened(box, "mới")
        assert mailbox.listen(30, Event())
        assert subjects(list(mailbox.waiting())) == ["mới"]
        assert not mailbox.listen(0, Event())


def test_waiting_ends_when_the_service_is_to_stop(box: ExchangeBox) -> None:
    """Also in the middle of it; closing leaves nobody behind who listens."""
    stop = Event()
    with opened(box.exchange()) as mailbox:
        list(mailbox.waiting())
        Timer(0.1, stop.set).start()
        assert not mailbox.listen(60, stop)
    assert stop.is_set()
    assert "ews-stream" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("refusal", ["ErrorAccessDenied", "503"])
def test_where_the_server_tells_nothing_we_only_wait(box: ExchangeBox, refusal: str) -> None:
    """No notifications: no fault, no second try before the next look; letters are found by it."""
    box.answers["Subscribe"] = [refusal] * 2
    with opened(box.exchange()) as mailbox:
        list(mailbox.waiting())
        while "Subscribe" not in box.asked:
            assert not mailbox.listen(0.1, Event())
        assert not mailbox.listen(0.3, Event())
        assert box.asked.count("Subscribe") == 1
        post(box, "mới")
        assert subjects(list(mailbox.waiting())) == ["mới"]


def test_nobody_listens_before_the_first_look(box: ExchangeBox) -> None:
    """A mailbox that could not be opened is left to the job and its pace: logins lock accounts."""
    with opened(box.exchange(password="sai")) as mailbox:
        with pytest.raises(LoginRefused):
            list(mailbox.waiting())
        assert not mailbox.listen(0.1, Event())
    assert len(box.logins) == 1


def test_a_server_restarted_while_we_listen(box: ExchangeBox) -> None:
    """Its subscriptions are gone: waiting goes on, a look finds all, and then it is heard again."""
    with opened(box.exchange()) as mailbox:
        list(mailbox.waiting())
        _post_once_listened(box, "trước")
        assert mailbox.listen(30, Event())
        with away(box):
            post(box, "trong lúc", days=(2,))
            assert not mailbox.listen(0.3, Event())
            with pytest.raises(Temporary):
                list(mailbox.waiting())
        assert subjects(list(mailbox.waiting())) == ["trước", "trong lúc"]
        _post_once_listened(box, "sau")
        assert mailbox.listen(30, Event())


# Autodiscover


def _unnamed(box: ExchangeBox) -> Exchange:
    return _with_server(box.exchange(endpoint=""), host="localhost")


@pytest.mark.parametrize("name", ["InternalEwsUrl", "ExternalEwsUrl"])
def test_the_address_of_ews_is_found_by_autodiscover(box: ExchangeBox, name: str) -> None:
    """Asked of the server that is named, with the same login and the same care for certificates."""
    box.discovered = {name: box.endpoint}
    post(box, "một")
    with opened(_unnamed(box)) as mailbox:
        assert subjects(list(mailbox.waiting())) == ["một"]
    assert box.asked[0] == "GetUserSettingsRequestMessage"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "names no https address"),
        ({"InternalEwsUrl": "http://127.0.0.1/EWS/Exchange.asmx"}, "names no https address"),
        ({"RedirectUrl": "https://khac.test/"}, "names https://khac.test/"),
    ],
)
def test_an_autodiscover_that_names_nothing_we_may_use(
    box: ExchangeBox, said: dict[str, str], told: str
) -> None:
    """No address, one in the clear, another server: the operator is told which key to set."""
    box.discovered = said
    with (
        opened(_unnamed(box)) as mailbox,
        pytest.raises(Temporary, match=rf"{told}; set \[mail\] endpoint"),
    ):
        list(mailbox.waiting())
