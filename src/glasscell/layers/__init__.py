"""Keras layers: the LSTM, a drop-in for that of Keras, and the layers before and after it in a network."""
