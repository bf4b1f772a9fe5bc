# SPDX-License-Identifier: Apache-2.0
"""Loads exported nets with ONNX's checker and reference and with real TensorFlow and Keras, and compares answers.

Run by the Python of an environment of its own; needs nothing of this package. Its argument is the folder with one
folder for each net: `model.onnx`, `model.pb`, `saved_model/` and `facts.json` (rows and the trained model's answers);
`--trainable` names one with variables, which is trained for a step.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np

TOLERANCE = 1e-5
_BATCHES = (1, 3, 257)


@dataclass(frozen=True)
class Net:
    """One exported net with rows and the answers that it must give."""

    folder: Path
    input: str
    output: str
    rows: np.ndarray
    answers: np.ndarray

    @staticmethod
    def read(folder: Path) -> Net:
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        rows = np.asarray(facts["rows"], np.float32)
        rows = rows.reshape([len(rows), *facts["row"]])
        return Net(folder, facts["input"], facts["output"], rows, np.asarray(facts["answers"], np.float32))

    def agrees(self, run: Callable[[np.ndarray], np.ndarray]) -> None:
        """Asks the rows one by one, as they are and repeated; fails with the largest difference."""
        for size in _BATCHES:
            index = np.arange(size) % len(self.rows)
            found = np.asarray(run(self.rows[index]))
            expected = self.answers[index]
            if found.shape != expected.shape:
                raise AssertionError(f"batch {size}: shape {found.shape}, expected {expected.shape}")
            difference = np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected)))
            if not difference <= TOLERANCE:
                raise AssertionError(f"batch {size}: differs by {difference:.3g}, tolerated {TOLERANCE:g}")


def onnx_checker(net: Net) -> None:
    import onnx

    onnx.checker.check_model(str(net.folder / "model.onnx"), full_check=True)


def onnx_reference(net: Net) -> None:
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(str(net.folder / "model.onnx"))
    net.agrees(lambda rows: evaluator.run(None, {net.input: rows})[0])


def tensorflow_signature(net: Net) -> None:
    import tensorflow as tf

    served = tf.saved_model.load(str(net.folder / "saved_model")).signatures["serving_default"]
    net.agrees(lambda rows: served(inputs=tf.constant(rows))["outputs"].numpy())


def tensorflow_tfaas_names(net: Net) -> None:
    import tensorflow as tf

    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        tf.compat.v1.saved_model.load(session, ["serve"], str(net.folder / "saved_model"))
        feed = "serving_default_inputs_input:0"
        net.agrees(lambda rows: session.run("StatefulPartitionedCall:0", {feed: rows}))


def tensorflow_frozen(net: Net) -> None:
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef.FromString((net.folder / "model.pb").read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
    with tf.compat.v1.Session(graph=graph) as session:
        net.agrees(lambda rows: session.run(f"{net.output}:0", {f"{net.input}:0": rows}))


def keras_layer(net: Net) -> None:
    import keras

    layer = keras.layers.TFSMLayer(str(net.folder / "saved_model"), call_endpoint="serving_default")
    net.agrees(lambda rows: layer(rows)["outputs"].numpy())


@dataclass(frozen=True)
class Trainable:
    """A net exported with variables, with rows, labels and the answers before any training."""

    folder: Path
    rows: np.ndarray
    labels: np.ndarray
    answers: np.ndarray
    variables: int

    @staticmethod
    def read(folder: Path) -> Trainable:
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        numbers = (np.asarray(facts[name], np.float32) for name in ("rows", "labels", "answers"))
        return Trainable(folder, *numbers, facts["variables"])

    def requires(self, answers: np.ndarray) -> None:
        difference = np.max(np.abs(answers[:, 0] - self.answers))
        if not difference <= TOLERANCE:
            raise AssertionError(f"before training it differs by {difference:.3g}, tolerated {TOLERANCE:g}")


def trainable_by_signature(net: Trainable) -> None:
    import tensorflow as tf

    model = tf.saved_model.load(str(net.folder / "saved_model"))
    serve, train = model.signatures["serving_default"], model.signatures["train"]
    rows, labels, rate = tf.constant(net.rows), tf.constant(net.labels), tf.constant(0.2)
    before = serve(inputs=rows)["outputs"].numpy()
    net.requires(before)
    first = float(train(inputs=rows, labels=labels, learning_rate=rate)["loss"])
    if np.array_equal(serve(inputs=rows)["outputs"].numpy(), before):
        raise AssertionError("a step of training changed no answer")
    second = float(train(inputs=rows, labels=labels, learning_rate=rate)["loss"])
    if not second < first:
        raise AssertionError(f"a step of training did not lower the loss: {first} to {second}")


def trainable_by_gradient_tape(net: Trainable) -> None:
    import keras
    import tensorflow as tf

    model = tf.saved_model.load(str(net.folder / "saved_model"))
    serve, variables = model.signatures["serving_default"], list(model.variables)
    if len(variables) != net.variables:
        raise AssertionError(f"{len(variables)} variables, expected {net.variables}")
    rows, labels = tf.constant(net.rows), tf.constant(net.labels)

    def loss() -> tf.Tensor:
        return tf.reduce_mean(keras.losses.binary_crossentropy(labels, serve(inputs=rows)["outputs"]))

    with tf.GradientTape() as tape:
        for variable in variables:
            tape.watch(variable)
        first = loss()
    for gradient, variable in zip(tape.gradient(first, variables), variables, strict=True):
        variable.assign_sub(0.2 * gradient)
    if not loss() < first:
        raise AssertionError(f"a step of training did not lower the loss: {first} to {loss()}")


def trainable_in_keras(net: Trainable) -> None:
    import keras

    layer = keras.layers.TFSMLayer(str(net.folder / "saved_model"), call_endpoint="serving_default")
    net.requires(layer(net.rows)["outputs"].numpy())


ONNX_CHECKS = (onnx_checker, onnx_reference)
TENSORFLOW_CHECKS = (tensorflow_signature, tensorflow_tfaas_names, tensorflow_frozen, keras_layer)
TRAINABLE_CHECKS = (trainable_by_signature, trainable_by_gradient_tape, trainable_in_keras)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exports", type=Path)
    parser.add_argument("--trainable", type=Path, help="a folder with a net that has variables")
    parser.add_argument("--only-onnx", action="store_true", help="the short form, without TensorFlow")
    parser.add_argument("--junitxml", type=Path, required=True)
    options = parser.parse_args(arguments)
    checks = ONNX_CHECKS if options.only_onnx else (*ONNX_CHECKS, *TENSORFLOW_CHECKS)
    suite = ElementTree.Element("testsuite", name="models")
    nets = [Net.read(path.parent) for path in sorted(options.exports.glob("*/facts.json"))]
    pairs: list[tuple[Callable, Net | Trainable]] = [(check, net) for net in nets for check in checks]
    if options.trainable is not None and not options.only_onnx:
        pairs += [(check, Trainable.read(options.trainable)) for check in TRAINABLE_CHECKS]
    failures = 0
    for check, net in pairs:
        case = ElementTree.SubElement(suite, "testcase", classname=check.__name__, name=net.folder.name)
        try:
            check(net)
            print(f"ok      {check.__name__} {net.folder.name}", flush=True)
        except Exception:  # every failure of a runtime is a failed case
            failures += 1
            ElementTree.SubElement(case, "failure").text = traceback.format_exc()
            print(f"FAILED  {check.__name__} {net.folder.name}\n{traceback.format_exc()}", flush=True)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    ElementTree.ElementTree(suite).write(options.junitxml, encoding="utf-8")
    print(f"{len(suite) - failures} passed, {failures} failed", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
