"""One HTML file that runs a trained LSTM in the browser, offline; it knows networks, not runs."""
