"""Machines for tests: network namespaces, joined by cables (veth pairs) to two switches (bridges), which may be pulled.

One network leads to the database and another to the broker, so that a worker can be cut off from either or from both.
A pulled cable loses packets and tells nobody: no connection is reset, as when a machine or a switch loses its power.
Knows processes and cables; knows nothing of what runs on a host. Needs root and Debian's ``iproute2``.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

DATABASE, BROKER = "db", "mq"
NETWORKS = {DATABASE: "10.77.1", BROKER: "10.77.2"}


def require_hosts() -> None:
    """Skip the test where namespaces cannot be made."""
    if os.geteuid() != 0:
        pytest.skip("hosts of their own need root: run this test with sudo, or in a container with CAP_SYS_ADMIN")
    if shutil.which("ip") is None or shutil.which("setpriv") is None:
        pytest.skip("hosts of their own need `ip` and `setpriv`: Debian's packages are iproute2 and util-linux")
    try:
        _probe(f"bd{os.getpid()}-probe")
    except RuntimeError as error:
        pytest.skip(f"no network namespaces with cables and switches can be made here: {error}")


def _probe(namespace: str) -> None:
    """Make one of everything.

    Raises:
        RuntimeError: the kernel, or who started this container, does not allow it.
    """
    _ip("netns", "add", namespace)
    try:
        _ip("-n", namespace, "link", "add", "switch", "type", "bridge")
        _ip("-n", namespace, "link", "add", "plug", "type", "veth", "peer", "name", "socket")
        _ip("netns", "exec", namespace, "true")
    finally:
        _ip("netns", "del", namespace)


@dataclass(frozen=True, slots=True)
class Host:
    """One machine, with a cable to each of its networks."""

    name: str
    namespace: str
    switch: str
    networks: tuple[str, ...]
    number: int
    spawned: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def address(self, network: str) -> str:
        return f"{NETWORKS[network]}.{self.number}"

    def command(self, *words: str, user: str | None = None) -> list[str]:
        """Return the command line that runs these words on this host."""
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        return ["ip", "netns", "exec", self.namespace, *as_user, *words]

    def run(self, *words: str, user: str | None = None) -> str:
        """Run a program on this host to its end."""
        return _run(self.command(*words, user=user))

    def spawn(self, words: Sequence[str], *, log: Path, **options: Any) -> "subprocess.Popen[bytes]":
        """Start a program on this host; what it says goes to the end of a file."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                self.command(*words), stdout=output, stderr=output, start_new_session=True, **options
            )
        self.spawned.append(process)
        return process

    def listens(self, port: int) -> bool:
        return bool(self.run("ss", "-ltnH", f"sport = :{port}").strip())

    def unplug(self, *networks: str) -> None:
        self._cables("down", networks)

    def plug(self, *networks: str) -> None:
        self._cables("up", networks)

    def _cables(self, state: str, networks: Sequence[str]) -> None:
        for network in networks:
            _ip("-n", self.switch, "link", "set", _plug(self, network), state)

    def kill_everything(self) -> None:
        """End what runs on this host and whatever that has left behind, such as daemons of its own."""
        for pid in _ip("netns", "pids", self.namespace).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        for process in self.spawned:
            process.wait(10)


@contextmanager
def network(hosts: Mapping[str, tuple[str, ...]]) -> Iterator[Mapping[str, Host]]:
    """Make hosts with cables to these networks, by name; their processes are killed and they are removed afterwards."""
    tag = f"bd{os.getpid()}"
    switch = f"{tag}-switch"
    made = {
        name: Host(name, f"{tag}-{name}", switch, networks, number)
        for number, (name, networks) in enumerate(hosts.items(), start=1)
    }
    try:
        _make_switches(switch)
        for host in made.values():
            _make_host(host)
        yield made
    finally:
        for host in made.values():
            with contextlib.suppress(RuntimeError):
                host.kill_everything()
        for namespace in (*(host.namespace for host in made.values()), switch):
            with contextlib.suppress(RuntimeError):
                _ip("netns", "del", namespace)


def _make_switches(switch: str) -> None:
    _ip("netns", "add", switch)
    for name in NETWORKS:
        _ip("-n", switch, "link", "add", name, "type", "bridge")
        _ip("-n", switch, "link", "set", name, "up")


def _make_host(host: Host) -> None:
    _ip("netns", "add", host.namespace)
    _ip("-n", host.namespace, "link", "set", "lo", "up")
    for name in host.networks:
        plug, inside = _plug(host, name), ("-n", host.namespace)
        _ip("link", "add", plug, "netns", host.switch, "type", "veth", "peer", "name", name, "netns", host.namespace)
        _ip("-n", host.switch, "link", "set", plug, "master", name, "up")
        _ip(*inside, "addr", "add", f"{host.address(name)}/24", "dev", name)
        _ip(*inside, "link", "set", name, "up")


def _plug(host: Host, network: str) -> str:
    """Return the name of the switch's end of a cable."""
    return f"{host.name}-{network}"


def _ip(*words: str) -> str:
    return _run(["ip", *words])


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
