"""Messages of webhooks reach the public internet and nothing else: by how an address is written, and by where its name leads."""

import os
from ipaddress import ip_address
from itertools import count

import pytest

from core.webhooks import addresses
from core.webhooks.addresses import Fault
from core.webhooks.outbound import Failure, Gateway, Policy
from tests.core.webhooks.receiver import NAME, Listener, Receiver, certified, leading_to, policy

FULL = os.environ.get("FULL") == "1"
INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.51.100.7"),
    *("203.0.113.9", "198.18.0.1", "198.19.255.255", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    *("::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1"),
    *(
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "5f00::1",
    ),
]
OUTSIDE = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "2001:4860::1",
]


@pytest.mark.parametrize("number", INSIDE)
def test_what_is_not_of_the_public_internet_is_known(number):
    assert not addresses.is_public(ip_address(number))


@pytest.mark.parametrize("number", OUTSIDE)
def test_what_is_of_the_public_internet_is_known(number):
    assert addresses.is_public(ip_address(number))


HOSTILE = [
    ("http://hooks.example.org/", Fault.SCHEME),
    ("ftp://hooks.example.org/", Fault.SCHEME),
    ("file:///etc/passwd", Fault.SCHEME),
    ("gopher://hooks.example.org/", Fault.SCHEME),
    ("https://user@hooks.example.org/", Fault.USER),
    ("https://hooks.example.org@127.0.0.1/", Fault.USER),
    ("https://127.0.0.1/", Fault.NUMBER),
    ("https://127.1/", Fault.NUMBER),
    ("https://0x7f.1/", Fault.NUMBER),
    ("https://0x7f000001/", Fault.NUMBER),
    ("https://2130706433/", Fault.NUMBER),
    ("https://0177.0.0.1/", Fault.NUMBER),
    ("https://8.8.8.8/", Fault.NUMBER),
    ("https://[::1]/", Fault.NUMBER),
    ("https://[::ffff:10.0.0.1]/", Fault.NUMBER),
    ("https://[fe80::1%25eth0]/", Fault.NUMBER),
    ("https://[::1", Fault.NAME),
    ("https://localhost/", Fault.INSIDE),
    ("https://redis.internal/", Fault.INSIDE),
    ("https://metadata.google.internal/", Fault.INSIDE),
    ("https://printer.local/", Fault.INSIDE),
    ("https://redis/", Fault.NAME),
    ("https://127.0.0.1%2f.example.org/", Fault.NAME),
    ("https://-bad.example.org/", Fault.NAME),
    ("https:///path", Fault.NAME),
    ("https://hooks.example.org:6379/", Fault.PORT),
    ("https://hooks.example.org:22/", Fault.PORT),
    ("https://hooks.example.org:99999/", Fault.NAME),
    ("https://hooks.example.org/#part", Fault.FRAGMENT),
    ("https://hooks.example.org/\r\nX-Injected: yes", Fault.CHARACTERS),
    ("https://hooks.example.org/a b", Fault.CHARACTERS),
    ("https://hooks.example.org\\@127.0.0.1/", Fault.CHARACTERS),
    ("https://１２７.0.0.1/", Fault.CHARACTERS),
    ("https://ⓔxample.org/", Fault.CHARACTERS),
    ("", Fault.LENGTH),
    ("https://hooks.example.org/" + "a" * 500, Fault.LENGTH),
]


@pytest.mark.parametrize(("url", "fault"), HOSTILE)
def test_an_address_is_judged_by_how_it_is_written(url, fault):
    assert addresses.fault_of(url) == fault


@pytest.mark.parametrize(
    "url", ["https://hooks.example.org/", "https://hooks.example.org:8443/a?b=c", "https://xn--bcher-kva.example/"]
)
def test_an_honest_address_has_no_fault(url):
    assert addresses.fault_of(url) is None


@pytest.mark.parametrize("number", INSIDE if FULL else INSIDE[::2])
@pytest.mark.parametrize("beside", ["alone", "after a public one", "before a public one"])
def test_a_name_that_leads_inside_is_not_dialled(listeners, number, beside):
    """Each listens on this machine; were any dialled, they would know."""
    v4, v6 = listeners
    numbers = {
        "alone": [number],
        "after a public one": [OUTSIDE[0], number],
        "before a public one": [number, OUTSIDE[0]],
    }
    port = v6.port if ":" in number else v4.port

    failure = refused(f"https://{NAME}:{port}/", strict(port, resolve=leading_to(*numbers[beside])))

    assert failure == Failure.NOT_PUBLIC
    assert (v4.reached(), v6.reached()) == (0, 0)


@pytest.mark.parametrize(("url", "_fault"), HOSTILE)
def test_a_hostile_address_reaches_nothing_even_if_it_was_kept(listeners, url, _fault):
    """As if it had been saved before a rule was made: the gateway judges by itself."""
    v4, v6 = listeners

    assert refused(url, strict(443, resolve=leading_to("127.0.0.1"))) == Failure.ADDRESS
    assert (v4.reached(), v6.reached()) == (0, 0)


def test_a_name_that_leads_elsewhere_the_second_time_leads_to_nothing():
    """The number that was judged is the one that is dialled; a second message asks again."""
    asked = count()

    async def rebinding(_host, _port):
        return ["127.0.0.1"] if next(asked) == 0 else ["10.0.0.1"]

    with Receiver(lambda *_given: (200, {"Connection": "close"}, b"")) as receiver:
        given = policy(receiver.port, resolve=rebinding)
        with Gateway(given) as gateway:
            first, second = _one(gateway, receiver.url()), _one(gateway, receiver.url())

    assert first.answer.status == 200
    assert second.failure == Failure.NOT_PUBLIC
    assert next(asked) == 2
    assert receiver.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["http://169.254.169.254/latest/meta-data/", "/elsewhere", "//127.0.0.1/"])
def test_no_redirect_is_followed(listeners, status, where):
    v4, _v6 = listeners
    inside = where.replace("127.0.0.1", f"127.0.0.1:{v4.port}")

    with Receiver(lambda *_given: (status, {"Location": inside}, b"moved")) as receiver:
        answer = sent(receiver.url(), policy(receiver.port, v4.port))

    assert answer.status == status
    assert not answer.is_good
    assert len(receiver.got) == 1
    assert v4.reached() == 0


def test_an_honest_receiver_is_reached_over_tls_by_its_name(tmp_path):
    """The control: the same way reaches what it may reach."""
    server, client = certified(tmp_path)

    with Receiver(tls=server) as receiver:
        answer = sent(receiver.url("/a?b=c", "https"), policy(receiver.port, tls=client), body=b"{}")

    assert answer.is_good
    (path, headers, body), *none = receiver.got
    assert (path, headers["Host"], body, none) == ("/a?b=c", f"{NAME}:{receiver.port}", b"{}", [])


def test_a_certificate_of_another_name_or_of_nobody_is_refused(tmp_path):
    server, client = certified(tmp_path, "other.receiver.example")
    _mine, trusting_another = certified(tmp_path)

    with Receiver(tls=server) as receiver:
        url = receiver.url("/", "https")
        assert refused(url, policy(receiver.port, tls=client)) == Failure.CERTIFICATE
        assert refused(url, policy(receiver.port, tls=trusting_another)) == Failure.CERTIFICATE
    assert receiver.got == []


def test_a_receiver_that_hangs_or_drips_is_left(receiver_that_drips):
    url, port = receiver_that_drips

    assert refused(url, policy(port, total_seconds=0.5)) == Failure.TIME


def test_no_more_is_read_than_the_limit():
    with Receiver(lambda *_given: (200, {}, b"x" * 1_000_000)) as receiver:
        answer = sent(receiver.url(), policy(receiver.port, read_bytes=1000))

    assert (answer.status, len(answer.body), answer.keeps) == (200, 1000, False)


def test_a_chunked_answer_is_read_and_a_mad_one_is_none():
    chunked = {"Transfer-Encoding": "chunked"}
    with Receiver(lambda *_given: (200, chunked, b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")) as receiver:
        answer = sent(receiver.url(), policy(receiver.port))
    with Receiver(lambda *_given: (200, chunked, b"zz\r\nabc\r\n")) as mad:
        failure = refused(mad.url(), policy(mad.port))

    assert (answer.body, answer.keeps) == (b"abcde", True)
    assert failure == Failure.ANSWER


def test_a_connection_is_used_again_and_a_closed_one_is_opened_anew():
    closing = iter([False, False, True, False])
    receiver = Receiver(lambda *_given: None if next(closing) else (200, {}, b""))
    with receiver, Gateway(policy(receiver.port)) as gateway:
        answers = [_one(gateway, receiver.url()).answer.status for _turn in range(3)]

    assert answers == [200, 200, 200]
    assert receiver.connections == 2


def test_the_product_goes_by_a_policy_that_makes_no_exception():
    given = Policy()

    assert (given.schemes, given.ports, given.also) == (frozenset({"https"}), frozenset({443, 8443}), ())
    assert (given.connect_seconds, given.total_seconds, given.read_bytes) == (5.0, 15.0, 64 * 1024)
    assert given.tls.check_hostname


@pytest.fixture
def listeners():
    opened = Listener(), Listener("::1")
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def receiver_that_drips():
    import threading
    import time

    ended = threading.Event()
    listener = Listener()
    listener.socket.setblocking(True)
    listener.socket.settimeout(5)

    def drip():
        connection, _peer = listener.socket.accept()
        while not ended.is_set():
            try:
                connection.sendall(b"H")
            except OSError:
                break
            time.sleep(0.05)
        connection.close()

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield f"http://{NAME}:{listener.port}/", listener.port
    ended.set()
    thread.join(5)
    listener.close()


def strict(port, **given):
    """The product's own judgement, on a port that something listens on."""
    return Policy(connect_seconds=1.0, total_seconds=2.0, ports=frozenset({port}), **given)


def sent(url, given, body=b""):
    with Gateway(given) as gateway:
        return _one(gateway, url, body).answer


def refused(url, given):
    with Gateway(given) as gateway:
        return _one(gateway, url).failure


def _one(gateway, url, body=b""):
    gateway.post("one", url, headers={}, body=body)
    (done,) = gateway.sent()
    assert done.key == "one"
    assert (done.answer is None) != (done.failure is None)
    return done
