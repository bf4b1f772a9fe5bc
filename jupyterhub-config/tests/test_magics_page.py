# SPDX-License-Identifier: Apache-2.0
"""The page on magics is one notebook: its examples are run from top to bottom, with a model trained for the purpose."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from conftest import CHECKOUT, LabScript

pytestmark = pytest.mark.script

PAGE = CHECKOUT / "docs" / "magics.md"

MODEL = """
var features = FeatureMap.standard().select("size", "file_accesses", "file_idle", "file_gap", "file_day_rate",
    "group_idle", "group_day_rate", "group_week_rate", "tier_event_size");
var horizon = Duration.ofHours(6);
var table = DataManager.on(spark).read("accesses.json.gz").features(features, horizon, TimeSplit.shares(0.4, 0.3));
var train = table.toTablesaw(Split.TRAIN);
var model = TrainingRun.of(train, table.toTablesaw(Split.VALIDATION)).features(features).hidden(8).epochs(1).seed(1).fit();
ModelExport.of(model).name("smart_cache").horizon(horizon).threshold(Threshold.keeping(train, "label", model.predict(train), 0.95))
    .data(Instant.EPOCH, Instant.EPOCH.plusSeconds(1), "the test of docs/magics.md").toBundle().writeArchive(Path.of("smart_cache.tar.gz"));
"""


def examples() -> list[str]:
    found = re.findall(r"^```java\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [source.strip() for source in found]


def test_the_examples_of_the_page_work_as_written(lab: LabScript, tmp_path: Path):
    sources = examples()
    first_of_tfaas = next(place for place, source in enumerate(sources) if "%tfaas" in source)
    made = new_notebook(cells=[new_code_cell(source) for source in [*sources[:first_of_tfaas], MODEL, *sources[first_of_tfaas:]]])
    made.metadata["kernelspec"] = {"name": "decisionlab", "display_name": "Decision Lab (Java 17)", "language": "java"}
    path, out = tmp_path / "magics.ipynb", tmp_path / "out.ipynb"
    nbformat.write(made, path)

    done = lab("run", str(path), "--out", str(out))

    assert done.returncode == 0, done.stderr
    shown = {cell.source: texts(cell) for cell in nbformat.read(out, 4).cells}
    assert "Spark 4.1.1 on local[*]" in shown["%spark status"]
    assert int(shown["popular.count()"]) > 5
    five = next(text for source, text in shown.items() if source.startswith("%%sql -n 5")).splitlines()
    assert [line.split() for line in five[:2]] == [["lfn", "openings", "size_bytes"], ["string", "bigint", "bigint"]]
    openings = [int(line.split()[1]) for line in five[2:7]]
    assert openings == sorted(openings, reverse=True)
    assert five[7:] == ["more rows: %%sql -n 200, or display(dataset, limits().rows(200))"]
    assert "smart_cache" in shown["%tfaas models"]
    assert 0.0 < float(re.search(r"opened ninety times before: (\S+)", "\n".join(shown.values()))[1]) < 1.0
    assert shown["%tfaas delete ${name}"].startswith("smart_cache is deleted")


def texts(cell: nbformat.NotebookNode) -> str:
    """What the cell shows, as text, without the line of progress that Spark's slow jobs leave."""
    parts = [output.text if output.output_type == "stream" else output.data.get("text/plain", "") for output in cell.outputs]
    return "\n".join(part.strip() for part in parts if not part.startswith("Spark: done"))
