# SPDX-License-Identifier: Apache-2.0
"""Loopback ports, chosen once and remembered."""

from __future__ import annotations

import json
import secrets
import socket
from pathlib import Path
from typing import Iterable

from decisionlab_hub.console import LabError, say
from decisionlab_hub.files import write_atomically

LOOPBACK = "127.0.0.1"
LOWEST_PORT = 10_000
_LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUALLY_LENT = 32_768


def is_free(port: int) -> bool:
    """Tells whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            return True
        except OSError:
            return False


def free_port(taken: frozenset[int] = frozenset()) -> int:
    """Returns a loopback port that nobody uses, other than those in `taken`.

    It is below those that the system lends to connections: one of these can be lent to somebody while its server is away.
    """
    first_lent = int(_LENT.read_text().split()[0]) if _LENT.exists() else _USUALLY_LENT
    above = max(first_lent, LOWEST_PORT + 1000)
    for _ in range(1000):
        port = LOWEST_PORT + secrets.randbelow(above - LOWEST_PORT)
        if port not in taken and is_free(port):
            return port
    raise LabError(f"no free port was found on 127.0.0.1 from {LOWEST_PORT} to {above - 1} in 1000 tries")


def choose_free_ports(path: Path, names: Iterable[str]) -> None:
    """Writes a book of ports that nobody uses now, for a lab that is not to meet others at the usual ones."""
    ports: dict[str, int] = {}
    for name in names:
        ports[name] = free_port(frozenset(ports.values()))
    write_atomically(path, json.dumps(ports, indent=2) + "\n")


class PortBook:
    """The ports of one lab by service name, kept in a file so that the next start uses the same."""

    def __init__(self, path: Path, defaults: dict[str, int]):
        self._path = path
        self._ports = dict(defaults)
        try:
            remembered = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            remembered = {}
        except ValueError as wrong:
            raise LabError(f"{path} is not JSON ({wrong}); remove it and ports are chosen anew") from wrong
        for name, port in remembered.items():
            if name in self._ports and isinstance(port, int) and 0 < port < 65536:
                self._ports[name] = port

    def __getitem__(self, name: str) -> int:
        return self._ports[name]

    def want(self, name: str, port: int) -> None:
        """Prefers this port for the service from now on; another service that had it, and does not use it now, gets another."""
        self._ports[name] = port
        if is_free(port):
            for other in self._sharing(name):
                self._ports[other] = free_port(frozenset(self._ports.values()))
                say(f"port {port} is {name}'s now; {other} gets {self._ports[other]} instead, which is remembered")

    def settle(self, name: str) -> int:
        """Returns a free port for the service that no other service has: the one it had, else another, which is remembered."""
        port = self._ports[name]
        shared = self._sharing(name)
        if shared or not is_free(port):
            reason = f"that of {shared[0]}" if shared else "busy"
            chosen = free_port(frozenset(self._ports.values()))
            say(f"port {port} (wanted for {name}) is {reason}; {chosen} is used instead and remembered")
            self._ports[name] = chosen
        write_atomically(self._path, json.dumps(self._ports, indent=2) + "\n")
        return self._ports[name]

    def _sharing(self, name: str) -> list[str]:
        return [other for other, port in self._ports.items() if other != name and port == self._ports[name]]
