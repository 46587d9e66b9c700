"""Why some lines are not covered: by file and function, by class, by file, or by folder.

`make coverage` prints the functions that have no reason here.
"""

__all__ = ["REASONS"]

_ELSEWHERE = "Only other systems, processors or installations come here."
_FAULT = "Only a fault of the disk, of the system or of another process leads here."
_TERMINAL = "Only a terminal shows it; tests of the command run without one."
_MOMENT = "It depends on what another thread does at that moment."
_OTHER_NAME = "It is read as text and run under another name, with a mistake in it or without."
_BY_HAND = "It is started by hand, to train with every mistake; tests call its parts."

REASONS: dict[str, str] = {
    "minicnn/cpu.py:_features": _ELSEWHERE,
    "minicnn/files.py:_sync_folder": _ELSEWHERE,
    "minicnn/fer/runs/machine.py:_processor": _ELSEWHERE,
    "minicnn/fer/runs/machine.py:peak_memory_mib": _ELSEWHERE,
    "minicnn/kernels/default_threads.py:_cpus": _ELSEWHERE,
    "minicnn/data/reading.py:_open_file": _FAULT,
    "minicnn/data/tar_tree.py:TarTree.open": _FAULT,
    "minicnn/kernels/cache.py:_Cache.load_overload": _FAULT,
    "minicnn/saving/opening.py:open_model_file": _FAULT,
    "minicnn/streams.py:open_missing_streams": _FAULT,
    "minicnn/cli/predict.py:run": _TERMINAL,
    "minicnn/cli/verify.py:run.tell": _TERMINAL,
    "minicnn/training/verbose.py:ProgressBar.on_train_batch_begin": _TERMINAL,
    "minicnn/data/read_ahead.py:read_ahead": _MOMENT,
    "minicnn/bugzoo/copies/": _OTHER_NAME,
    "minicnn/bugzoo/__main__.py:": _BY_HAND,
}
