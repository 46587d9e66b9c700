"""What knows about epochs: the loop, its callbacks and what it shows."""

from minicnn.training.callbacks import Callback, CallbackList, History
from minicnn.training.loop import Training, run_evaluation, run_training

__all__ = ["Callback", "CallbackList", "History", "Training", "run_evaluation", "run_training"]
