import json
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

about = json.loads(Path("model.tflite.json").read_text("utf-8"))
model = Interpreter("model.tflite")
model.allocate_tensors()  # before states can be reset
serve = model.get_signature_runner("serve")
shape = serve.get_input_details()["series"]["shape"]

for one in about["examples"]:
    series = np.full(shape, np.nan, "float32")
    series[0, : len(one["series"])] = one["series"]
    model.reset_all_variables()  # for --fused and --int8
    answers = serve(series=series)["answers"][0]
    labels, offsets = about["output"]["labels"], about["output"]["offsets_to_add"]
    prediction = labels[answers.argmax()] if labels else np.add(answers, offsets or 0)
    print(prediction, np.abs(answers - one["answer"]).max())
