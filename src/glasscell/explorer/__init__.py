"""One HTML file that runs a trained LSTM in the browser, offline. This package knows networks and arrays, not runs."""
