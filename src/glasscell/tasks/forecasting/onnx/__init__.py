"""What a forecaster looks like as ONNX."""
