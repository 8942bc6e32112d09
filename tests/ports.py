"""Ports for servers that a test stops and starts again on the same one.

They are below those that the kernel gives to connections: while the server is down, a connection of another test might
otherwise be given its port.
"""

import secrets
import socket

_BELOW = range(20_000, 32_000)


def free_port() -> int:
    """Return a port on which nobody listens; drawn without a seed, as tests that run at once may have the same."""
    while True:
        port = secrets.choice(_BELOW)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
