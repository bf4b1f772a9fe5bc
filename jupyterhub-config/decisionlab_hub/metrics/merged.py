# SPDX-License-Identifier: Apache-2.0
"""All readings as one text of Prometheus, in which each sample tells its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Iterator

from prometheus_client import Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.samples import Sample

from decisionlab_hub.metrics.sources import Reading

UP = "decisionlab_source_up"
SECONDS = "decisionlab_source_scrape_seconds"
SOURCE = "source"
_THEIR_SOURCE = "exported_source"
"""What Prometheus calls a label of the scraped program that has the name of one of its own."""


def merged_text(readings: Iterable[Reading]) -> bytes:
    """Returns the text; a counter's name ends in `_total` there, whatever its program calls it.

    Families that several sources have are one family. Where they disagree about its type it is untyped.
    """
    return generate_latest(_Merged(tuple(readings)))  # type: ignore[arg-type]  # it asks for nothing but `collect`


@dataclass(frozen=True)
class _Merged:
    readings: tuple[Reading, ...]

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(UP, "1 when the source answered, 0 when it did not.", labels=[SOURCE])
        seconds = GaugeMetricFamily(SECONDS, "Time that the source took to answer.", labels=[SOURCE])
        for reading in self.readings:
            up.add_metric([reading.name], 0.0 if reading.problem else 1.0)
            seconds.add_metric([reading.name], reading.seconds)
        yield up
        yield seconds
        families: dict[str, Metric] = {}
        for reading in self.readings:
            for family in reading.families:
                samples = [_told(sample, reading.name) for sample in family.samples]
                known = families.get(family.name)
                if known is None:
                    families[family.name] = _family(family, family.type, samples)
                else:
                    kind = family.type if family.type == known.type else "unknown"
                    families[family.name] = _family(known, kind, [*known.samples, *samples])
        yield from families.values()


def _family(family: Metric, kind: str, samples: list[Sample]) -> Metric:
    made = Metric(family.name, family.documentation, kind)
    made.samples = samples
    return made


def _told(sample: Sample, source: str) -> Sample:
    labels = {(_THEIR_SOURCE if name == SOURCE else name): value for name, value in sample.labels.items()}
    return sample._replace(labels={SOURCE: source, **labels})
