"""Trained networks in other formats: ONNX, C, LiteRT, SavedModel, Keras and NumPy."""
