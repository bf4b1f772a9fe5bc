# SPDX-License-Identifier: Apache-2.0
"""How a secret can be written: the forms that are looked for, and the ways in which what is searched is read."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Callable, Iterable, Iterator
from urllib.parse import unquote_to_bytes

_TOKEN = re.compile(r"[\w-]{10,}\.[\w-]{10,}\.([\w-]{20,})")
_HEXADECIMAL = re.compile(r"(?:[0-9a-f]{2}){16,}|(?:[0-9A-F]{2}){16,}")
_ESCAPED = re.compile(rb"(?:\\u[0-9a-fA-F]{4})+|\\x[0-9a-fA-F]{2}|\\[\"\\/'bfnrt]")
_CONTROLS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_REFERENCE = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")


def forms(value: str) -> dict[str, bytes]:
    """Returns what is looked for, by the name of the form; what is the same as an earlier one is left out.

    Percent-encoded, escaped and wide texts are none of them: `readings` undoes those, whatever was written in that way.
    """
    whole = value.encode()
    found = {"plain": whole, "blanks as +": value.replace(" ", "+").encode(), "UTF-16, low byte first": value.encode("utf-16-le"), "UTF-16, high byte first": value.encode("utf-16-be")}
    found |= _written(whole, "")
    token = _TOKEN.fullmatch(value)
    if token:
        found["signature"] = token[1].encode()
    if _HEXADECIMAL.fullmatch(value):
        found["bytes"] = bytes.fromhex(value)
        found |= _written(bytes.fromhex(value), " of its bytes")
    seen: set[bytes] = set()
    return {name: text for name, text in found.items() if not (text in seen or seen.add(text))}


def _written(data: bytes, what: str) -> dict[str, bytes]:
    forms = {f"hex{what}": data.hex().encode(), f"HEX{what}": data.hex().upper().encode()}
    for place in range(3):
        # The characters at the ends also hold bits of the neighbours.
        written = base64.b64encode(b"\0" * place + data)
        inner = written[-(-place * 4 // 3) if place else 0 : (place + len(data)) * 8 // 6]
        forms[f"base64 at {place}{what}"] = inner
        forms[f"base64url at {place}{what}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return forms


def _unescaped(data: bytes) -> bytes:
    return _ESCAPED.sub(_character, data)


def _character(escaped: re.Match[bytes]) -> bytes:
    text = escaped[0]
    if text.startswith(b"\\u"):
        return bytes.fromhex(text.replace(b"\\u", b"").decode()).decode("utf-16-be", "replace").encode()
    if text.startswith(b"\\x"):
        return bytes.fromhex(text[2:].decode())
    return _CONTROLS.get(text[1:], text[1:])


def _without_references(data: bytes) -> bytes:
    return _REFERENCE.sub(lambda reference: html.unescape(reference[0].decode()).encode(errors="replace"), data)


_DECODERS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "percent-encoded": (b"%", unquote_to_bytes),
    "escaped as in JSON": (b"\\", _unescaped),
    "escaped as in HTML": (b"&", _without_references),
    "with wide characters": (b"\0", lambda data: data.replace(b"\0", b"")),
    "over several lines": (b"\n", lambda data: data.translate(None, b"\r\n")),
}
"""What undoes a way of writing, and what must be there for it to change anything."""


def readings(data: bytes, ways: int = 2) -> Iterator[tuple[str, bytes]]:
    """Yields a content as it is, and as it reads when up to two ways of writing are undone, one after the other."""
    yield from _readings("", data, ways, {})


def _readings(name: str, data: bytes, ways: int, seen: dict[bytes, int]) -> Iterator[tuple[str, bytes]]:
    known = hashlib.sha256(data).digest()
    if seen.get(known, -1) >= ways:
        return
    seen[known] = ways
    yield name, data
    for way, (mark, decoded) in _DECODERS.items() if ways else ():
        if mark in data:
            yield from _readings(f"{name}, {way}", decoded(data), ways - 1, seen)


class Texts:
    """Many texts that are looked for at once.

    Of each long text its first pieces are known, at as many places as one step is wide; of a content one piece in each step is looked at,
    so one of them is met wherever the text stands. How many texts there are does not matter.
    """

    _PIECE = 8
    _STEP = 16

    def __init__(self, texts: Iterable[bytes]):
        self._short: list[bytes] = []
        self._pieces: dict[bytes, list[tuple[bytes, int]]] = {}
        for text in set(texts):
            if len(text) < self._PIECE + self._STEP - 1:
                self._short.append(text)
                continue
            for at in range(self._STEP):
                self._pieces.setdefault(text[at : at + self._PIECE], []).append((text, at))

    def within(self, content: bytes) -> set[bytes]:
        """Returns those that stand in a content."""
        found = {text for text in self._short if text in content}
        for at in range(0, len(content) - self._PIECE + 1, self._STEP):
            for text, before in self._pieces.get(content[at : at + self._PIECE], ()):
                if content.startswith(text, at - before):
                    found.add(text)
        return found
