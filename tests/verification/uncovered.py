"""Why some lines are not covered: by file and function, by class, by file, or by folder.

`make coverage` prints the functions that have no reason here.
"""

__all__ = ["REASONS"]

_ELSEWHERE = "Only other systems, processors or installations come here."
_FAULT = "Only a fault of the disk, of the system or of another process leads here."
_TERMINAL = "Only a terminal shows it; tests of the command run without one."
_NO_SUCH_FILE = "No file in the tests shares a layer between two models."
_MOMENT = "It depends on what another thread does at that moment."
_GONE = "The line could not be reached. It is gone since this measurement."

REASONS: dict[str, str] = {
    "minicnn/cpu.py:_features": _ELSEWHERE,
    "minicnn/cpu.py:vector_bytes": _ELSEWHERE,
    "minicnn/data/array_cache.py:cached_arrays": _ELSEWHERE,
    "minicnn/data/heif.py:open_heif": _ELSEWHERE,
    "minicnn/files.py:_sync_folder": _ELSEWHERE,
    "minicnn/kernels/default_threads.py:_cpus": _ELSEWHERE,
    "minicnn/data/reading.py:_open_file": _FAULT,
    "minicnn/data/tar_tree.py:TarTree.open": _FAULT,
    "minicnn/kernels/cache.py:_Cache.load_overload": _FAULT,
    "minicnn/saving/opening.py:open_model_file": _FAULT,
    "minicnn/streams.py:open_missing_streams": _FAULT,
    "minicnn/training/verbose.py:ProgressBar.on_train_batch_begin": _TERMINAL,
    "minicnn/saving/weights.py:_read_layers": _NO_SUCH_FILE,
    "minicnn/data/read_ahead.py:read_ahead": _MOMENT,
    "minicnn/optimizers/clipping.py:Clipped.clipped": _GONE,
    "minicnn/saving/formats.py:save_model": _GONE,
    "minicnn/saving/layer_config.py:name_of": _GONE,
    "minicnn/saving/weights_file.py:save_weights": _GONE,
}
