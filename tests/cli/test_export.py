import sys

from tiny import tiny_network

from minicnn.cli import main


def test_without_onnx_it_says_what_to_install(tmp_path, capsys, monkeypatch):
    tiny_network().save(tmp_path / "m.keras")
    monkeypatch.setitem(sys.modules, "onnx", None)
    out = tmp_path / "m.onnx"
    assert main(["export", str(tmp_path / "m.keras"), "--onnx", str(out)]) == 2
    told = "minicnn export: ONNX files need the package onnx: pip install onnx.\n"
    assert capsys.readouterr().err == told
    assert not out.exists()
