# SPDX-License-Identifier: Apache-2.0
"""Makes the models of this folder with PyTorch, and beside each what PyTorch itself answers.

    python make.py FOLDER

With PyTorch 2.15 it writes `torch_mlp` and `torch_kinds` by both exporters, with PyTorch 1.13 by the
older one, the only one that it has.
"""
import inspect
import json
import pathlib
import sys

import torch
from torch import nn

ROWS = 4


class Mlp(nn.Module):
    """Rows of six features to two probabilities."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(6, 8), nn.BatchNorm1d(8), nn.GELU(), nn.Dropout(0.2), nn.Linear(8, 2)
        )

    def forward(self, x):
        return torch.softmax(self.layers(x), dim=1)


class Kinds(nn.Module):
    """Three numbers and a kind of file to logits and a probability."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 3)
        self.norm = nn.LayerNorm(6)
        self.first = nn.Linear(6, 8)
        self.last = nn.Linear(8, 1)

    def forward(self, x, kind):
        seen = torch.cat([torch.log1p(torch.abs(x)), self.table(kind)], dim=1)
        logits = self.last(torch.nn.functional.silu(self.first(self.norm(seen))))
        return logits, torch.sigmoid(logits)


def trained(net, inputs):
    """A few steps, so that no weight is as it was drawn and running statistics are of rows."""
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(20):
        answer = net(*inputs)
        loss = (answer[0] if isinstance(answer, tuple) else answer).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.eval()


def export(net, inputs, names, outputs, file, dynamo):
    choices = {}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        choices = {"dynamo": dynamo}
    if dynamo:
        choices["dynamic_shapes"] = tuple({0: "rows"} for _ in inputs)
        choices["external_data"] = False
    else:
        choices["dynamic_axes"] = {name: {0: "rows"} for name in names + outputs}
        choices["opset_version"] = 17
    torch.onnx.export(
        net, inputs, str(file), input_names=names, output_names=outputs, **choices
    )


def without_traces(file):
    """Leaves out where on this machine the code lies; everything else stays as it was written."""
    import onnx

    model = onnx.load(file)
    for node in model.graph.node:
        for i in reversed(range(len(node.metadata_props))):
            if node.metadata_props[i].key == "pkg.torch.onnx.stack_trace":
                del node.metadata_props[i]
    onnx.save(model, file)


def write(folder, name, net, inputs, names, outputs):
    old = torch.__version__.startswith("1.")
    for exporter, dynamo in [("torchscript", False)] + ([] if old else [("dynamo", True)]):
        file = folder / f"{name}_{'1_13' if old else exporter}.onnx"
        export(net, inputs, names, outputs, file, dynamo)
        if dynamo:
            without_traces(file)
        asked = tuple(value[:ROWS] for value in inputs)
        answers = net(*asked)
        answers = answers if isinstance(answers, tuple) else (answers,)
        story = {
            "torch": torch.__version__,
            "inputs": {key: value.tolist() for key, value in zip(names, asked)},
            "outputs": {key: value.tolist() for key, value in zip(outputs, answers)},
        }
        file.with_suffix(".json").write_text(json.dumps(story, indent=1) + "\n")
        print(file.name, file.stat().st_size)


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(7)
    x = torch.randn(64, 6)
    write(folder, "torch_mlp", trained(Mlp(), (x,)), (x,), ["x"], ["probabilities"])
    x, kind = torch.randn(64, 3), torch.randint(0, 5, (64,))
    write(
        folder,
        "torch_kinds",
        trained(Kinds(), (x, kind)),
        (x, kind),
        ["x", "kind"],
        ["logits", "probability"],
    )


if __name__ == "__main__":
    main()
