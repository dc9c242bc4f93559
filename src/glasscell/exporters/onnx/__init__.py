"""ONNX: networks as graphs of standard operators, written from their weights and never traced."""
