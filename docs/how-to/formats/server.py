import json
from pathlib import Path

import numpy as np
import onnxruntime
from fastapi import FastAPI, HTTPException

reads = json.loads(Path("model.onnx.json").read_text("utf-8"))["input"]
channels, largest = reads["channels"], np.array(reads["largest"])
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
outputs = [output.name for output in session.get_outputs()]
dtype = {"tensor(float)": "float32", "tensor(double)": "float64"}[session.get_inputs()[0].type]
app = FastAPI()


@app.post("/predictions")
def predict(series: list[list[list[float | None]]]):
    if not series or not all(
        one and all(len(step) == len(channels) for step in one) for one in series
    ):
        raise HTTPException(
            422, f"expected steps with a number or null for each of {', '.join(channels)}"
        )
    x = np.full((len(series), max(map(len, series)), len(channels)), np.nan)
    for row, one in zip(x, series, strict=True):
        row[: len(one)] = one
    if (np.abs(x) > largest).any():
        raise HTTPException(
            422, f"expected finite numbers of at most {largest}, or null for a missing value"
        )
    found = session.run(outputs, {"series": x.astype(dtype)})
    return {name: v.tolist() for name, v in zip(outputs, found, strict=True)}
