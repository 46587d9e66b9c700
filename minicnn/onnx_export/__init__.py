"""Networks as ONNX files, which browsers, phones and other libraries run.

`export` writes a file, `nodes` collects its graph, and `layers` and `activations` say what each
layer becomes.
"""

from minicnn.onnx_export.export import export_onnx

__all__ = ["export_onnx"]
