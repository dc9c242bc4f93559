"""Keras layers: the LSTM, drop-in for Keras's, and what stands before it in a network."""
