"""ONNX: networks written as graphs of standard operators, from their weights, never from what a framework traced."""
