"""One HTML file that runs a trained LSTM in the browser, offline. It knows networks and arrays, not runs."""
