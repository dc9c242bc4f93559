"""Training (each epoch one graph; batches, callbacks, several machines) and prediction."""
