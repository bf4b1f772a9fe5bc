# SPDX-License-Identifier: Apache-2.0
"""Calls to the ports of a Spark session by somebody who has no secret, in the frames of Spark's own protocol.

A frame is its length in 8 bytes, a byte for the kind, and the message; texts and bodies have their length in 4 bytes before them.
"""

from __future__ import annotations

import socket
import struct

_RPC_REQUEST, _RPC_RESPONSE, _RPC_FAILURE, _STREAM_REQUEST, _STREAM_RESPONSE, _STREAM_FAILURE = 3, 4, 5, 6, 7, 8
_SECONDS = 30.0


def call(port: int) -> str:
    """Sends something that is no message of an endpoint; returns what the session says of it, empty where it just hangs up."""
    body = b"\x7f\0\0\0"
    kind, answer = _asked(port, _RPC_REQUEST, struct.pack(">q", 7) + struct.pack(">i", len(body)) + body)
    if kind == _RPC_FAILURE:
        return f"failure: {answer[12:].decode(errors='replace')[:2000]}"
    return "response" if kind == _RPC_RESPONSE else ""


def fetch(port: int, name: str) -> str:
    """Asks for a file that a session gives to its executors, such as `/classes/A.class`."""
    text = name.encode()
    kind, answer = _asked(port, _STREAM_REQUEST, struct.pack(">i", len(text)) + text)
    if kind == _STREAM_RESPONSE:
        return "the file"
    return f"failure: {answer.decode(errors='replace')[:500]}" if kind == _STREAM_FAILURE else ""


def asks_for_a_secret(answer: str) -> bool:
    """Tells whether an answer is that of a session which talks to nobody without one."""
    return not answer or any(words in answer for words in ("SaslMessage", "Unknown challenge", "Unexpected message type", "AuthMessage", "Not authenticated", "SaslException"))


def _asked(port: int, kind: int, message: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
        connection.sendall(struct.pack(">qb", 9 + len(message), kind) + message)
        try:
            head = _exactly(connection, 9)
        except (ConnectionError, EOFError):
            return -1, b""
        length, answered = struct.unpack(">qb", head)
        return answered, _exactly(connection, min(length - 9, 1 << 16))


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError(f"the other side hung up after {len(data)} bytes")
        data += more
    return data
