# SPDX-License-Identifier: Apache-2.0
"""Makes the models of this folder: trees of scikit-learn, LightGBM and XGBoost, as skl2onnx and
onnxmltools write them to ONNX, and beside each what the library itself answers.

    python make.py FOLDER
"""
import json
import pathlib
import sys

import lightgbm
import numpy
import onnxmltools
import skl2onnx
import sklearn
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = 5
ROWS = 6
OPSET = {"": 17, "ai.onnx.ml": 3}


def write(folder, name, onnx, rows, answers):
    (folder / f"{name}.onnx").write_bytes(onnx.SerializeToString())
    story = {"rows": rows.tolist(), "answers": numpy.atleast_2d(answers.T).T.tolist()}
    (folder / f"{name}.json").write_text(json.dumps(story, indent=1) + "\n")
    print(name, (folder / f"{name}.onnx").stat().st_size)


def main():
    folder = pathlib.Path(sys.argv[1])
    random = numpy.random.default_rng(7)
    x = random.normal(size=(400, FEATURES)).astype(numpy.float32)
    score = x[:, 0] - x[:, 1] * x[:, 2] + 0.3 * random.normal(size=400)
    two = (score > 0).astype(int)
    three = numpy.digitize(score, [-1, 1])
    names = numpy.array(["cold", "warm", "hot"])[three]
    rows = random.normal(size=(ROWS, FEATURES)).astype(numpy.float32)
    seen = [("rows", FloatTensorType([None, FEATURES]))]
    tools = [("rows", ToolsFloat([None, FEATURES]))]

    for name, model, labels in [
        ("forest_two", RandomForestClassifier(8, max_depth=4, random_state=7), two),
        ("forest_named", RandomForestClassifier(8, max_depth=4, random_state=7), names),
        ("boosted_two", GradientBoostingClassifier(n_estimators=8, random_state=7), two),
        ("boosted_three", GradientBoostingClassifier(n_estimators=6, random_state=7), three),
        ("logistic", LogisticRegression(), names),
        (
            "scaled_forest",
            make_pipeline(
                StandardScaler(), RandomForestClassifier(6, max_depth=3, random_state=7)
            ),
            two,
        ),
    ]:
        model.fit(x, labels)
        write(folder, name, skl2onnx.to_onnx(model, initial_types=seen, target_opset=OPSET),
              rows, model.predict_proba(rows))
    for name, model in [
        ("forest_number", RandomForestRegressor(8, max_depth=4, random_state=7)),
        ("boosted_number", GradientBoostingRegressor(n_estimators=8, random_state=7)),
    ]:
        model.fit(x, score)
        write(folder, name, skl2onnx.to_onnx(model, initial_types=seen, target_opset=OPSET),
              rows, model.predict(rows))

    usual = {"num_leaves": 7, "seed": 7, "verbose": -1}
    light = lightgbm.train(
        {**usual, "objective": "binary"}, lightgbm.Dataset(x, two), num_boost_round=8)
    positive = light.predict(rows)
    write(folder, "lightgbm_two",
          onnxmltools.convert_lightgbm(light, initial_types=tools, target_opset=15),
          rows, numpy.stack([1 - positive, positive], axis=1))
    light = lightgbm.train(
        {**usual, "objective": "multiclass", "num_class": 3},
        lightgbm.Dataset(x, three), num_boost_round=6)
    write(folder, "lightgbm_three",
          onnxmltools.convert_lightgbm(light, initial_types=tools, target_opset=15),
          rows, light.predict(rows))
    boost = xgboost.XGBClassifier(n_estimators=8, max_depth=3, random_state=7)
    boost.fit(x, three)
    write(folder, "xgboost_three",
          onnxmltools.convert_xgboost(boost, initial_types=tools, target_opset=15),
          rows, boost.predict_proba(rows))
    boost = xgboost.XGBClassifier(n_estimators=8, max_depth=3, random_state=7)
    boost.fit(x, two)
    write(folder, "xgboost_two",
          onnxmltools.convert_xgboost(boost, initial_types=tools, target_opset=15),
          rows, boost.predict_proba(rows))
    print(sklearn.__version__, skl2onnx.__version__, onnxmltools.__version__)


if __name__ == "__main__":
    main()
