import json
from pathlib import Path

import numpy as np

a = np.load("model.npz")
about = json.loads(Path("model.npz.json").read_text("utf-8"))
reads_out = json.loads(str(a["about"]))["reads_out"]  # the last h, the mean, or both


def σ(v):
    return 1 / (1 + np.exp(-v))


for one in about["examples"]:
    x = (np.array(one["series"], "float32") - a["scaling/mean"]) / a["scaling/deviation"]
    x = np.where(np.isnan(x), 0, x)[~np.isnan(x).all(1)]  # skip steps without a value
    h = c = total = np.zeros(len(a["reader_1_forward/recurrent_kernel"]))
    for x_t in x:
        sums = x_t @ a["reader_1_forward/kernel"] + h @ a["reader_1_forward/recurrent_kernel"]
        i, f, z, o = np.split(sums + a["reader_1_forward/bias"], 4)
        c = σ(f) * c + σ(i) * np.tanh(z)
        h = σ(o) * np.tanh(c)
        total = total + h
    read = {"last": h, "mean": total / len(x), "both": np.append(h, total / len(x))}[reads_out]
    logits = read @ a["read_out/kernel"] + a["read_out/bias"]
    answer = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    print(answer.round(3), np.abs(answer - one["answer"]).max())
