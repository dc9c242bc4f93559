"""Keras layers: the LSTM, a drop-in for Keras's, and the layers before and after it."""
