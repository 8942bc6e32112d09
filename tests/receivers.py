"""A real receiver of webhooks on loopback: keeps what is posted, and answers as a test decides."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Answers 204 but for the answers that were put in line, each used once; None: it never answers."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: list[int | None] = []
        self.posted = threading.Event()
        self.closing = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append(Post(self.path, dict(self.headers.items()), body))
                receiver.posted.set()
                status = receiver.answers.pop(0) if receiver.answers else 204
                if status is None:
                    receiver.closing.wait(60)
                    return
                self.send_response(status)
                if status in (301, 302, 307, 308):
                    self.send_header("Location", receiver.url("/elsewhere"))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Receive until the context ends."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()
