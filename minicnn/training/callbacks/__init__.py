"""Callbacks: what happens beside the training, at fixed moments, under Keras's names."""

from minicnn.training.callbacks.backup_and_restore import BackupAndRestore
from minicnn.training.callbacks.base import Callback, CallbackList
from minicnn.training.callbacks.checkpointing import Checkpointing
from minicnn.training.callbacks.csv_logger import CSVLogger
from minicnn.training.callbacks.early_stopping import EarlyStopping
from minicnn.training.callbacks.history import History
from minicnn.training.callbacks.lambda_callback import LambdaCallback
from minicnn.training.callbacks.learning_rate_scheduler import LearningRateScheduler
from minicnn.training.callbacks.model_checkpoint import ModelCheckpoint
from minicnn.training.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from minicnn.training.callbacks.swap_ema_weights import SwapEMAWeights
from minicnn.training.callbacks.tensorboard import TensorBoard
from minicnn.training.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "Checkpointing",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
