"""Other people's test suites, run on this library: ONNX's operators and Keras's own tests."""
