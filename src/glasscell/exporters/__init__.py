"""Trained networks in other formats: ONNX, C, LiteRT, SavedModel, Keras, NumPy; and how they are compared."""
