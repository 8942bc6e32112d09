"""The guard of HTTP sources: what is blocked, however it is spelled, and what a redirect or a second answer changes."""

import ipaddress
import ssl
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runners.base import BadData, InvalidStep, TransientFailure
from runners.fetch import BlockedAddress, Fetcher, is_allowed, shown
from tests.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


def fetcher(*, private: bool = True, max_bytes: int = 1_000_000, to: Sequence[str] | None = None) -> Fetcher:
    """A fetcher that may use loopback; ``to`` is what its name server answers."""
    if to is None:
        return Fetcher(allow_private=private, max_bytes=max_bytes)
    return Fetcher(allow_private=private, max_bytes=max_bytes, resolver=lambda host, port: to)


def body(fetching: Fetcher, url: str) -> bytes:
    return b"".join(fetching.blocks(url))


def test_a_page_is_fetched_in_blocks(site: Site) -> None:
    site.page("/a.csv?x=1%202", b"a" * 300_000)
    assert body(fetcher(), site.url("/a.csv?x=1%202#part")) == b"a" * 300_000


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "0.0.0.0",
        "169.254.169.254",
        "0xa9fea9fe",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[fe80::1]",
        "[fc00::1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:1::1]",
        "224.0.0.1",
        "168.63.129.16",
    ],
)
def test_an_internal_address_is_refused_however_it_is_spelled(host: str) -> None:
    with pytest.raises(BlockedAddress, match="internal address"):
        body(fetcher(private=False), f"http://{host}/latest/meta-data")


def test_one_internal_address_among_several_refuses_them_all() -> None:
    with pytest.raises(BlockedAddress, match=r"10\.0\.0\.7"):
        body(fetcher(private=False, to=["93.184.215.14", "10.0.0.7"]), "http://example.com/")


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fd00:ec2::254", "::ffff:10.0.0.1", "fe80::1", "0.0.0.0", "224.0.0.1"]
)
def test_allowing_private_networks_does_not_open_metadata_services(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "::1", "fd12::1", "93.184.215.14"]
)
def test_allowing_private_networks_opens_just_them(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address), private=True)


def test_the_name_is_resolved_once_and_the_connection_goes_to_that_answer(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    asked = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    site.page("/", b"here")
    fetching = Fetcher(allow_private=True, max_bytes=100, resolver=rebinding)
    assert body(fetching, site.url("/", host="rebind.example")) == b"here"
    assert asked == ["rebind.example"]
    assert site.requests == [(f"rebind.example:{site.port}", "/")]


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest", "http://2852039166/latest", "//169.254.169.254/x", "http://[::ffff:a9fe:a9fe]/"],
)
def test_a_redirect_to_a_metadata_service_is_refused(site: Site, target: str) -> None:
    site.page("/", status=302, Location=target)
    with pytest.raises(BlockedAddress, match="internal address"):
        body(fetcher(), site.url("/"))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1/"])
def test_a_redirect_to_another_scheme_is_refused(site: Site, target: str) -> None:
    site.page("/", status=301, Location=target)
    with pytest.raises(InvalidStep, match="no http or https"):
        body(fetcher(), site.url("/"))


def test_five_redirects_are_followed_and_no_more(site: Site) -> None:
    for n in range(6):
        site.page(f"/{n}", status=307, Location=f"/{n + 1}")
    site.page("/6", b"end")
    assert body(fetcher(), site.url("/1")) == b"end"
    with pytest.raises(InvalidStep, match="more than 5 times"):
        body(fetcher(), site.url("/0"))


@pytest.mark.parametrize("url", ["http://user:secret@example.com/", "http://user@example.com/"])
def test_credentials_in_a_url_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BlockedAddress, match="credentials") as raised:
        body(fetcher(private=False), url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["http://example.com:22/", "https://example.com:80/", "http://example.com:6379/"])
def test_other_ports_are_refused(url: str) -> None:
    with pytest.raises(BlockedAddress, match="port"):
        body(fetcher(private=False, to=["93.184.215.14"]), url)


@pytest.mark.parametrize("url", ["http://", "http:///x", "http://[::1", "http://a:99999/", "ftp://a/"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidStep):
        body(fetcher(), url)


def test_the_query_is_not_shown_to_people() -> None:
    assert shown("https://u:p@host/a.csv?sig=secret#x") == "https://host/a.csv"


def test_a_body_above_the_cap_is_refused(site: Site) -> None:
    site.page("/promised", b"a" * 200)
    site.page("/endless", b"a" * 200, Content_Length="", Connection="close")
    with pytest.raises(BadData, match="BATCHDAG_MAX_BYTES"):
        body(fetcher(max_bytes=100), site.url("/promised"))
    with pytest.raises(BadData, match="BATCHDAG_MAX_BYTES"):
        body(fetcher(max_bytes=100), site.url("/endless"))


def test_a_body_that_breaks_off_is_not_taken_for_whole(site: Site) -> None:
    site.page("/", b"half", Content_Length="8", Connection="close")
    with pytest.raises(TransientFailure, match="broke off after 4 of 8 bytes"):
        body(fetcher(), site.url("/"))


@pytest.mark.parametrize(
    ("status", "error"), [(404, InvalidStep), (403, InvalidStep), (503, TransientFailure), (429, TransientFailure)]
)
def test_only_a_server_that_may_recover_is_tried_again(site: Site, status: int, error: type[Exception]) -> None:
    site.page("/", status=status)
    with pytest.raises(error, match=str(status)):
        body(fetcher(), site.url("/"))


def test_a_server_that_does_not_answer_is_transient(site: Site) -> None:
    done = threading.Event()
    site.pages["/"] = lambda handler: done.wait() and None
    fetching = Fetcher(allow_private=True, max_bytes=100, timeout_seconds=0.2)
    with pytest.raises(TransientFailure, match="timed out"):
        body(fetching, site.url("/"))
    done.set()


def test_a_fetch_is_broken_off_from_another_thread(site: Site) -> None:
    asked, done = threading.Event(), threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        done.wait()

    site.pages["/"] = stall
    fetching = fetcher()
    failures: list[Exception] = []

    def fetch() -> None:
        try:
            body(fetching, site.url("/"))
        except TransientFailure as error:
            failures.append(error)

    thread = threading.Thread(target=fetch)
    thread.start()
    asked.wait()
    fetching.abort()
    thread.join(timeout=10)
    done.set()
    assert len(failures) == 1


def test_tls_is_verified_for_the_name_though_the_connection_goes_to_an_address(tmp_path: Path) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda connection, name, ctx: names.append(name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with pytest.raises((TransientFailure, InvalidStep)):
        body(fetcher(to=["127.0.0.1"]), f"https://data.example:{server.server_port}/")
    thread.join()
    server.server_close()
    assert names == ["data.example"]
