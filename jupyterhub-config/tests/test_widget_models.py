# SPDX-License-Identifier: Apache-2.0
"""The default states of the kernel's widgets are those of ipywidgets.

Run as a program with PATH as argument, this file writes them: for a new version of ipywidgets.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import ipywidgets
from ipywidgets.widgets.widget import __protocol_version__

MODELS = "kernel-extensions/src/main/resources/org/decisionlab/kernel/widgets/models.json"
WIDGETS = (
    "Accordion Button Checkbox Dropdown FloatProgress FloatSlider FloatText HBox HTML IntProgress IntSlider IntText "
    "Label Output RadioButtons Tab Text Textarea ToggleButton ToggleButtons VBox"
)


def models() -> dict:
    """Returns state and parts (layout, style) of each widget, and of these parts, by the names of their models."""
    found: dict[str, dict] = {}
    for name in WIDGETS.split():
        _add(getattr(ipywidgets, name)(), found)
    return {"protocol": __protocol_version__, "models": dict(sorted(found.items()))}


def _add(widget: ipywidgets.Widget, found: dict[str, dict]) -> str:
    state, parts = widget.get_state(), {}
    for key in ("layout", "style"):
        if key in state:
            del state[key]
            parts[key] = _add(getattr(widget, key), found)
    found[state["_model_name"]] = {"state": state, "parts": parts}
    return state["_model_name"]


def test_the_kernel_knows_the_widgets_as_ipywidgets_does():
    checkout = Path(__file__).resolve().parents[2]
    assert json.loads((checkout / MODELS).read_text(encoding="utf-8")) == json.loads(json.dumps(models()))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(models(), indent=1) + "\n", encoding="utf-8")
