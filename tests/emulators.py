"""An emulator for a test: in a thread of this process, or as the real command in a process of its own."""

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.emulator.environment import environment
from services.emulator.server import listen, prepared
from services.emulator.settings import EmulatorSettings


@dataclass(frozen=True)
class RunningEmulator:
    """The admin side of a running emulator. All its methods block for a few milliseconds."""

    address: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the SDKs at it."""
        return environment(self.address)

    def bill(self, requests: str = "all") -> dict[str, Any]:
        """Return ``totals`` and ``requests`` (all, repeated, none), with every job brought up to date."""
        return self._call("GET", f"/bill?requests={requests}")

    def fault(self, kind: str, **order: Any) -> int:
        """Order a fault, such as ``fault("drop_after", route="openai.batches.create")``; return its number."""
        return int(self._call("POST", "/faults", {"kind": kind} | order)["faults"][0]["number"])

    def faults(self) -> list[dict[str, Any]]:
        """Return the orders with their ``chances`` and ``bites``."""
        return list(self._call("GET", "/faults")["faults"])

    def clear_faults(self) -> None:
        self._call("DELETE", "/faults")

    def answer(self, contains: str, text: str, **order: Any) -> None:
        """Have this text answered to prompts that hold ``contains``."""
        self._call("POST", "/answers", {"contains": contains, "text": text} | order)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings and return all of them."""
        return self._call("PATCH", "/settings", changes)

    def advance(self, seconds: float) -> None:
        """Move its clock forward; jobs whose time is over by then have come to their end when this returns."""
        self._call("POST", "/clock", {"advance_seconds": seconds})
        self.bill("none")  # for this it brings them up to date however long that takes; a look at one is less patient

    def calls(self) -> dict[str, int]:
        """Return how many calls came in, by route."""
        return dict(self._call("GET", "/calls")["calls"])

    def jobs(self) -> list[dict[str, Any]]:
        return list(self._call("GET", "/jobs")["jobs"])

    def reset(self) -> None:
        """Forget everything, settings included."""
        self._call("POST", "/reset")

    def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/admin{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise ValueError(f"{method} /admin{path}: {refusal.read().decode()}") from refusal
        return answer


@contextmanager
def running_emulator(**settings: Any) -> Iterator[RunningEmulator]:
    """Run an emulator in a thread, on a free port."""
    with listen("127.0.0.1", 0) as listening, prepared(EmulatorSettings(**settings)) as server:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="emulator")
        thread.start()
        try:
            yield RunningEmulator(f"http://127.0.0.1:{listening.getsockname()[1]}")
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join()


@contextmanager
def emulator_process(*options: str) -> Iterator[RunningEmulator]:
    """Run ``batchdag emulator`` on a free port in a process of its own."""
    command = [sys.executable, "-m", "services.emulator", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            assert "listens on" in first, f"the emulator did not start: {first!r}"
            yield RunningEmulator(first.split("listens on ")[1].split(". ")[0])
        finally:
            process.terminate()
