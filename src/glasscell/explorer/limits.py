"""What the page can compute: functions, as in web/network/activations.js, and how many weights of a small network."""

ACTIVATIONS = ("linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "elu", "softsign", "softplus")
WHOLE_WEIGHTS = 60_000  # more of them are rounded to 16 bits,
MOST_WEIGHTS = 130_000  # of which a page of series takes so many
