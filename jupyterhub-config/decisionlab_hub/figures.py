# SPDX-License-Identifier: Apache-2.0
"""Repeated measurements, what they are held against, and the table of them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Callable

OURS = "decisionlab"
PYTHON = "ipykernel"
JJAVA = "jjava"
RAPAIO = "rapaio"
BARE = "bare main"
COPY = "local copy"

MET, MISSED, REPORTED, UNKNOWN = "met", "MISSED", "-", "not available"


@dataclass
class Samples:
    """What was measured of one side: numbers in one unit, and what went wrong."""

    values: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The middle half of the values lies between these two."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return low, high

    def text(self, unit: str) -> str:
        """`median (low-high)` with the quartiles, and the troubles, if any."""
        parts = []
        if self.values:
            parts.append(self.short(unit))
        parts += [f"{what} ({count}x)" if count > 1 else what for what, count in _counted(self.troubles)]
        return "; ".join(parts) or "not measured"

    def short(self, unit: str) -> str:
        """`median (low-high)`, or that there is none."""
        if not self.values:
            return UNKNOWN
        low, high = self.quartiles
        return f"{_number(self.median)} {unit} ({_number(low)}-{_number(high)}, n={len(self.values)})"


@dataclass(frozen=True)
class Target:
    """One side of a row against another, or against a number."""

    text: str
    met: Callable[[dict[str, Samples]], bool]
    needs: tuple[str, ...]

    def verdict(self, sides: dict[str, Samples]) -> str:
        if any(name not in sides or not sides[name].values for name in self.needs):
            return UNKNOWN
        return MET if self.met(sides) else MISSED


def at_most(factor: float, other: str) -> Target:
    """Our median at most `factor` times the other side's."""
    return Target(f"<= {factor:g}x {other}", lambda s: s[OURS].median <= factor * s[other].median, (OURS, other))


def at_least(factor: float, other: str) -> Target:
    """Our median at least `factor` times the other side's."""
    return Target(f">= {factor:g}x {other}", lambda s: s[OURS].median >= factor * s[other].median, (OURS, other))


def at_most_more(amount: float, other: str, unit: str = "s") -> Target:
    """Our median at most so much more than the other side's."""
    return Target(f"<= {other} + {amount:g} {unit}", lambda s: s[OURS].median <= s[other].median + amount, (OURS, other))


def at_most_absolute(limit: float, unit: str) -> Target:
    """Our median at most so much."""
    return Target(f"<= {limit:g} {unit}", lambda s: s[OURS].median <= limit, (OURS,))


def below(limit: float, unit: str) -> Target:
    """Our median below so much."""
    return Target(f"< {limit:g} {unit}", lambda s: s[OURS].median < limit, (OURS,))


def none_of(what: str) -> Target:
    """Not one of them."""
    return Target(f"0 {what}", lambda sides: max(sides[OURS].values) == 0, (OURS,))


def ahead_of(other: str) -> Target:
    """Our median below the other side's; a side that got no value at all is behind."""

    def met(sides: dict[str, Samples]) -> bool:
        theirs = sides.get(other, Samples())
        return sides[OURS].median < theirs.median if theirs.values else bool(theirs.troubles)

    return Target(f"ahead of {other}", met, (OURS,))


@dataclass
class Row:
    """One line of the issue's table."""

    key: str
    what: str
    unit: str
    targets: tuple[Target, ...]
    sides: dict[str, Samples] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, side: str) -> Samples:
        return self.sides.setdefault(side, Samples())

    def verdicts(self) -> list[tuple[str, str]]:
        """Each target in words, and whether it is met."""
        return [(target.text, target.verdict(self.sides)) for target in self.targets]

    def as_json(self) -> dict:
        return {
            "key": self.key,
            "what": self.what,
            "unit": self.unit,
            "sides": {
                name: {
                    "median": samples.median if samples.values else None,
                    "quartiles": samples.quartiles if samples.values else None,
                    "min": min(samples.values, default=None),
                    "max": max(samples.values, default=None),
                    "values": samples.values,
                    "troubles": samples.troubles,
                }
                for name, samples in self.sides.items()
            },
            "targets": [{"target": text, "verdict": verdict} for text, verdict in self.verdicts()],
            "notes": self.notes,
        }


def table(rows: list[Row]) -> str:
    """Lays out the rows: what, then each side, then each target with its verdict."""
    lines = ["medians; in brackets quartiles and the number of values", ""]
    for row in rows:
        lines.append(row.what)
        lines += [f"    {name:13}{samples.text(row.unit)}" for name, samples in row.sides.items()]
        if not row.sides:
            lines.append("    not available")
        lines += [f"    {'target':13}{text}: {verdict}" for text, verdict in row.verdicts()]
        lines += [f"    {'note':13}{note}" for note in row.notes]
    verdicts = [verdict for row in rows for _, verdict in row.verdicts()]
    lines += ["", ", ".join(f"{verdicts.count(kind)} {word}" for kind, word in ((MET, "met"), (MISSED, "missed"), (UNKNOWN, UNKNOWN)))]
    return "\n".join(lines)


def columns(rows: list[Row]) -> str:
    """Lays out the rows as one table: ours, the peer of each target, their ratio, the target, whether it is met."""
    lines = [("row", "ours", "peer", "ratio", "target", "met")]
    for row in rows:
        lines += _cells(row)
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    laid_out = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    laid_out.insert(1, "  ".join("-" * width for width in widths))
    told = [f"  {row.key}: {name}: {what}" for row in rows for name, side in row.sides.items() for what, _ in _counted(side.troubles)]
    told += [f"  {row.key}: {note}" for row in rows for note in row.notes]
    verdicts = [verdict for row in rows for _, verdict in row.verdicts()]
    summary = ", ".join(f"{verdicts.count(kind)} {word}" for kind, word in ((MET, "met"), (MISSED, "missed"), (UNKNOWN, UNKNOWN)))
    return "\n".join(["medians; in brackets quartiles and the number of values", "", *laid_out, "", *told, "", summary])


def _cells(row: Row) -> list[tuple[str, ...]]:
    ours = row.sides.get(OURS, Samples())
    others = [name for name in row.sides if name != OURS]
    aims = [(target, next((name for name in target.needs if name != OURS), None)) for target in row.targets]
    named = {peer for _, peer in aims}
    lines = []
    for target, peer in aims:
        lines.append((*_pair(row, ours, peer), target.text, target.verdict(row.sides)))
    lines += [(*_pair(row, ours, peer), REPORTED, REPORTED) for peer in others if peer not in named]
    return lines or [(*_pair(row, ours, None), REPORTED, REPORTED)]


def _pair(row: Row, ours: Samples, peer: str | None) -> tuple[str, str, str, str]:
    theirs = row.sides.get(peer, Samples()) if peer else None
    text = "-" if theirs is None else f"{peer} {theirs.short(row.unit)}"
    known = theirs is not None and theirs.values and ours.values and theirs.median > 0
    return row.what, ours.short(row.unit), text, f"{ours.median / theirs.median:.2f}x" if known else "-"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 or value == 0 else f"{value:.3f}"


def _counted(texts: list[str]) -> list[tuple[str, int]]:
    return [(text, texts.count(text)) for text in dict.fromkeys(texts)]
