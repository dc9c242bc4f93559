"""Forecast the next value of a noisy wave from the last forty.

python examples/forecast.py
"""

import numpy as np

from glasscell import LSTMRegressor

WINDOW = 40

rng = np.random.default_rng(0)
t = np.arange(1200)
clean = np.sin(t / 9) + 0.5 * np.sin(t / 4)  # two superposed waves
wave = clean + rng.normal(0, 0.15, t.size)

# Each series is a window, its target the next value. The test set begins where the training set
# ends.
x, y = np.lib.stride_tricks.sliding_window_view(wave[:-1], WINDOW), wave[WINDOW:]
x_train, x_test, y_train, y_test = x[:800], x[800:], y[:800], y[800:]

regressor = LSTMRegressor(32, epochs=60, random_state=0).fit(x_train, y_train)
forecast = regressor.predict(x_test)


def error(answers: np.ndarray) -> float:
    """Return the root mean square error."""
    return float(np.sqrt(np.mean((answers - y_test) ** 2)))


print(f"error of the forecast {error(forecast):.3f}")
print(f"error of the last value  {error(x_test[:, -1]):.3f}")
print(f"error without the noise  {error(clean[WINDOW:][800:]):.3f}")

# Further ahead: feed the forecasts back as input.
window = list(x_test[0])
for _ in range(20):
    window.append(regressor.predict(np.array([window[-WINDOW:]]))[0])
ahead = np.array(window[WINDOW:])
print(
    f"mean error over twenty steps, recursive forecast "
    f"{np.abs(ahead - clean[WINDOW + 800 :][:20]).mean():.3f}"
)
