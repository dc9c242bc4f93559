import json
from pathlib import Path

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
about = json.loads(Path("model.onnx.json").read_text("utf-8"))
rows = [one["series"] for one in about["examples"]]  # lists of steps, None where a value is missing

dtype = {"tensor(float)": "float32", "tensor(double)": "float64"}[session.get_inputs()[0].type]
series = np.full((len(rows), max(map(len, rows)), len(rows[0][0])), np.nan, dtype)
for padded, one in zip(series, rows, strict=True):
    padded[: len(one)] = one
names = [output.name for output in session.get_outputs()]
found = dict(zip(names, session.run(names, {"series": series}), strict=True))  # never with N = 0
answers = found["probabilities"] if "label" in found else found["numbers"]
for prediction, row in zip(found.get("label", answers), answers, strict=True):
    print(prediction, row.max())
print("largest difference:", np.abs(answers - [one["answer"] for one in about["examples"]]).max())
