"""Models trained elsewhere: from Keras, PyTorch, TensorFlow 1 and ONNX."""
