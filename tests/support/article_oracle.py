"""The article's experiment once more, in NumPy and float64, written from the recipe alone.

    N images · T = 8 rows, the steps · D = 8 pixels of a row · H units · C = 10 digits

It shares no line with the package: the gradients are derived by hand, the optimiser is TensorFlow
1's Adam.
"""

from dataclasses import dataclass, field

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


@dataclass
class Article:
    """The network and its optimizer; W (D+H, 4H) and B (4H,) are in blocks z, i, f, o."""

    Wv: np.ndarray
    bv: np.ndarray
    output_activation: str = "identity"
    learning_rate: float = 0.001
    betas: tuple = (0.9, 0.999)
    epsilon: float = 1e-8
    t: int = 0
    weights: dict = field(init=False)

    def __post_init__(self):
        hidden = len(self.Wv)
        zero = {"W": np.zeros((8 + hidden, 4 * hidden)), "B": np.zeros(4 * hidden)}
        self.weights = zero | {"Wv": self.Wv.astype(float), "bv": self.bv.astype(float)}
        self.m = {name: np.zeros_like(w) for name, w in self.weights.items()}
        self.v = {name: np.zeros_like(w) for name, w in self.weights.items()}

    def forward(self, x):
        """Return the probabilities (N, C), and what the way back needs."""
        W, B, Wv, bv = self.weights.values()
        h = c = np.zeros((len(x), len(Wv)))
        steps = []
        for x_t in np.swapaxes(x, 0, 1):
            joined = np.concatenate([x_t, h], axis=1)
            a_z, a_i, a_f, a_o = np.split(joined @ W + B, 4, axis=1)
            z, i, f, o = np.tanh(a_z), sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
            before, c = c, c * f + z * i
            shown = np.tanh(c) if self.output_activation == "tanh" else c
            h = shown * o
            steps.append((joined, z, i, f, o, before, shown))
        logits = np.tanh(h @ Wv + bv)
        e = np.exp(logits)
        return e / e.sum(axis=1, keepdims=True), logits, h, steps

    def loss(self, x, y):
        return -np.sum(y * np.log(self.forward(x)[0]))

    def accuracy(self, x, y):
        return np.mean(self.forward(x)[0].argmax(axis=1) == y.argmax(axis=1))

    def gradients(self, x, y):
        probabilities, logits, h, steps = self.forward(x)
        W, B, Wv, _ = self.weights.values()
        d_read_out = (probabilities - y) * (1 - logits**2)
        d_W, d_B, d_c = np.zeros_like(W), np.zeros_like(B), 0.0
        d_h = d_read_out @ Wv.T  # only the last step's read-out counts
        for joined, z, i, f, o, before, shown in reversed(steps):
            d_c = d_c + d_h * o * (1 - shown**2 if self.output_activation == "tanh" else 1)
            d_a = np.concatenate(
                [
                    d_c * i * (1 - z**2),
                    d_c * z * i * (1 - i),
                    d_c * before * f * (1 - f),
                    d_h * shown * o * (1 - o),
                ],
                axis=1,
            )
            d_W += joined.T @ d_a
            d_B += d_a.sum(axis=0)
            d_h, d_c = d_a @ W[8:].T, d_c * f
        return {"W": d_W, "B": d_B, "Wv": h.T @ d_read_out, "bv": d_read_out.sum(axis=0)}

    def update(self, x, y):
        """Take one step of Adam; return the loss before it."""
        loss, self.t = self.loss(x, y), self.t + 1
        β1, β2 = self.betas
        rate = self.learning_rate * np.sqrt(1 - β2**self.t) / (1 - β1**self.t)
        for name, g in self.gradients(x, y).items():
            self.m[name] = β1 * self.m[name] + (1 - β1) * g
            self.v[name] = β2 * self.v[name] + (1 - β2) * g**2
            self.weights[name] = self.weights[name] - rate * self.m[name] / (
                np.sqrt(self.v[name]) + self.epsilon
            )
        return loss

    def train_one_epoch(self, digits):
        """Train on 14 batches of 100; return each one's loss before its step, and metrics."""
        losses = [
            self.update(digits.x_train[k : k + 100].astype(float), digits.y_train[k : k + 100])
            for k in range(0, 1400, 100)
        ]
        return losses, {
            "loss": self.loss(digits.x_train[1300:1400], digits.y_train[1300:1400]),
            "accuracy": self.accuracy(digits.x_train[:500], digits.y_train[:500]),
            "val_accuracy": self.accuracy(digits.x_test, digits.y_test),
        }
