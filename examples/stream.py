"""Monitor many machines at once: train on whole series, then predict each step as it arrives.

python examples/stream.py
"""

import time

import numpy as np

from glasscell import LSTMClassifier

MACHINES, CHANNELS, STEPS = 500, 4, 60
rng = np.random.default_rng(0)


def measure(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sensors of n machines over time; those that wear out start to drift at a step."""
    worn = rng.random(n) < 0.5
    begin = rng.integers(10, 40, (n, 1, 1))
    drift = np.maximum(np.arange(STEPS)[None, :, None] - begin, 0) * worn[:, None, None] * 0.05
    return rng.normal(size=(n, STEPS, CHANNELS)) + drift, np.where(worn, "worn", "well")


classifier = LSTMClassifier(32, epochs=40, bidirectional=False, random_state=0).fit(*measure(300))

x, state = measure(MACHINES)
stream = classifier.stream(MACHINES)  # carries the state of every machine from step to step
stream.step(x[:, 0])  # the first call builds the graph
stream.reset()
began = time.perf_counter()
for step in range(STEPS):
    answers = stream.step(x[:, step])  # (machines, classes): the predictions so far
    if step % 20 == 19:
        right = classifier.classes_[answers.argmax(1)] == state
        print(
            f"after {step + 1} steps {right.mean():.3f} of {MACHINES} machines are classified "
            f"correctly"
        )
seconds = time.perf_counter() - began
print(
    f"{MACHINES * STEPS} predictions in {seconds:.2f} s: {1000 * seconds / STEPS:.2f} ms per "
    f"step for all machines"
)

# Predictions step by step and for whole series agree.
print(
    f"largest difference from predict_proba: "
    f"{np.abs(answers - classifier.predict_proba(x)).max():.1e}"
)

# A repaired machine starts again; the other machines continue.
stream.reset([3])
