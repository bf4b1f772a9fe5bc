# SPDX-License-Identifier: Apache-2.0
"""What one reads from readings: sums of samples, means and shares of histograms, and how fast a counter grows."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Iterable

from prometheus_client.samples import Sample

from decisionlab_hub.metrics.sources import Reading

WINDOW_SECONDS = 300.0


@dataclass(frozen=True)
class Counted:
    """The samples of one source; empty when it did not answer."""

    samples: dict[str, list[Sample]]

    @staticmethod
    def of(reading: Reading) -> Counted:
        found: dict[str, list[Sample]] = {}
        for family in reading.families:
            for sample in family.samples:
                found.setdefault(sample.name, []).append(sample)
        return Counted(found)

    def named(self, name: str, **labels: str) -> list[Sample]:
        return [each for each in self.samples.get(name, []) if all(each.labels.get(label) == value for label, value in labels.items())]

    def total(self, name: str, **labels: str) -> float | None:
        """Returns the sum of the samples; None when there is none."""
        found = self.named(name, **labels)
        return sum(each.value for each in found) if found else None

    def by(self, name: str, *labels: str) -> dict[tuple[str, ...], float]:
        """Returns sums by the values of these labels."""
        sums: dict[tuple[str, ...], float] = {}
        for sample in self.named(name):
            key = tuple(sample.labels.get(label, "") for label in labels)
            sums[key] = sums.get(key, 0.0) + sample.value
        return sums

    def mean(self, histogram: str, **labels: str) -> float | None:
        """Returns the mean of all that a histogram or summary has counted."""
        count = self.total(f"{histogram}_count", **labels)
        total = self.total(f"{histogram}_sum", **labels)
        return total / count if count and total is not None else None

    def within(self, histogram: str, share: float, **labels: str) -> float | None:
        """Returns the least bound below which at least this share lies; infinite when it is above the last bound."""
        buckets: dict[float, float] = {}
        for sample in self.named(f"{histogram}_bucket", **labels):
            bound = float(sample.labels["le"])
            buckets[bound] = buckets.get(bound, 0.0) + sample.value
        count = buckets.get(math.inf, 0.0)
        return next((bound for bound in sorted(buckets) if buckets[bound] >= share * count), None) if count else None


class Growth:
    """How fast counters grow, over at most five minutes of readings. A counter that fell was started anew: only what came after counts."""

    def __init__(self, window_seconds: float = WINDOW_SECONDS):
        self._window = window_seconds
        self._taken: deque[tuple[float, dict[tuple[str, str], float]]] = deque()

    def take(self, moment: float, readings: Iterable[Reading], names: Iterable[str]) -> None:
        """Notes the sums of counters; a source that did not answer has none at this moment."""
        wanted = tuple(names)
        sums = {(each.name, name): total for each in readings for name in wanted if (total := Counted.of(each).total(name)) is not None}
        self._taken.append((moment, sums))
        while moment - self._taken[0][0] > self._window:
            self._taken.popleft()

    def per_second(self, source: str, name: str) -> float | None:
        """Returns the rate; None before there are two readings of the same run of the source."""
        points = [(moment, sums[source, name]) for moment, sums in self._taken if (source, name) in sums]
        for later in range(len(points) - 1, 0, -1):
            if points[later][1] < points[later - 1][1]:
                points = points[later:]
                break
        if len(points) < 2 or points[-1][0] <= points[0][0]:
            return None
        return (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
