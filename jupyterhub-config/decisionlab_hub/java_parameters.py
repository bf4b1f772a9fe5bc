# SPDX-License-Identifier: Apache-2.0
"""The parameters of a Java notebook: which ones its cell declares, and how a value given as text becomes an assignment."""

from __future__ import annotations

import difflib
import math
import re
import struct
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<text>    \"{3}.*?(?<!\\)\"{3} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
    | (?P<open>    [({\[] )
    | (?P<close>   [)}\]] )
    | (?P<end>     ; )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_DECLARATION = re.compile(r"\s*(?:final\s+)?(?P<type>[A-Za-z_][\w.]*(?:<[^=]*>)?(?:\[\])*)\s+(?P<name>[A-Za-z_]\w*)\s*(?:=|$|,)")
_NOT_TYPES = {"return", "import", "package", "throw", "new", "else"}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RANGES = {"int": 31, "long": 63}


class ParameterError(ValueError):
    """A parameter that cannot be set: unknown, mistyped or out of range."""


@dataclass(frozen=True)
class Parameter:
    """One declaration of the parameters cell."""

    name: str
    java_type: str

    def assignment(self, value: str) -> str:
        """Returns the Java statement that gives it this value; refuses a text that is none of its type."""
        return f"{self.name} = {self._literal(value)};"

    def _literal(self, value: str) -> str:
        if self.java_type == "String":
            return _string_literal(self.name, value)
        if self.java_type == "boolean":
            return self._require(value, value in ("true", "false"), "true or false")
        if self.java_type in _RANGES:
            return self._integer(value)
        if self.java_type in ("double", "float"):
            return self._floating(value)
        raise ParameterError(
            f"parameter {self.name} has type {self.java_type}; only String, boolean, int, long, float and double can be set from outside"
        )

    def _integer(self, value: str) -> str:
        self._require(value, bool(_INTEGER.fullmatch(value)), "a whole number")
        bound = 2 ** _RANGES[self.java_type]
        self._require(value, -bound <= int(value) < bound, f"a number from {-bound} to {bound - 1}")
        return str(int(value)) + ("L" if self.java_type == "long" else "")

    def _floating(self, value: str) -> str:
        self._require(value, bool(_NUMBER.fullmatch(value)), "a number such as 0.5 or 1e-3")
        number = float(value)
        if self.java_type == "float":
            try:
                (held,) = struct.unpack("<f", struct.pack("<f", number))
            except OverflowError:
                held = math.inf
        else:
            held = number
        vanished = held == 0.0 and any(digit in "123456789" for digit in re.split("[eE]", value)[0])
        self._require(value, math.isfinite(held) and not vanished, f"a number within the range of {self.java_type}")
        return repr(number) + ("f" if self.java_type == "float" else "")

    def _require(self, value: str, holds: bool, expected: str) -> str:
        if not holds:
            raise ParameterError(f"parameter {self.name} is declared {self.java_type}; expected {expected}, not {value!r}")
        return value


def declared(source: str) -> dict[str, Parameter]:
    """Returns the parameters a cell declares, in their order, one per statement `TYPE name = ...;`."""
    found = {}
    for statement in _statements(source):
        match = _DECLARATION.match(statement)
        if match and match["type"] not in _NOT_TYPES:
            found[match["name"]] = Parameter(match["name"], match["type"])
    return found


def assignments(source: str, values: dict[str, str]) -> str:
    """Returns the source of the cell that gives the parameters their values; reports all that cannot be set at once."""
    parameters = declared(source)
    lines, problems = [], []
    for name, value in values.items():
        if name not in parameters:
            problems.append(_unknown(name, list(parameters)))
            continue
        try:
            lines.append(parameters[name].assignment(value))
        except ParameterError as wrong:
            problems.append(str(wrong))
    if problems:
        raise ParameterError("\n".join(problems))
    return "\n".join(lines)


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"the notebook declares no parameter {name!r}{hint}; it declares: {', '.join(known) or 'none'}"


def _statements(source: str) -> list[str]:
    """Splits Java source at the semicolons outside comments, texts and brackets."""
    statements, current, depth = [], [], 0
    for token in _TOKEN.finditer(source):
        kind, text = token.lastgroup, token.group()
        if kind == "comment":
            current.append(" ")
            continue
        depth += (kind == "open") - (kind == "close")
        if kind == "end" and depth == 0:
            statements.append("".join(current))
            current = []
        else:
            current.append(text)
    return [*statements, "".join(current)]


def _string_literal(name: str, value: str) -> str:
    escaped = []
    for character in value:
        if character in '\\"':
            escaped.append("\\" + character)
        elif character < " " or character == "\x7f":
            escaped.append(f"\\{ord(character):03o}")
        elif "\ud800" <= character <= "\udfff":
            raise ParameterError(f"parameter {name}: the value is not valid UTF-8")
        else:
            escaped.append(character)
    return '"' + "".join(escaped) + '"'
