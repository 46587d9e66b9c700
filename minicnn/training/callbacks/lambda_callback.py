"""A callback made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minicnn.training.callbacks.base import Callback

__all__ = ["LambdaCallback"]


class LambdaCallback(Callback):
    """Call functions at the moments of a training, with Keras's arguments.

    Parameters
    ----------
    on_epoch_begin, on_epoch_end : callable, optional
        Called with the epoch's number and its logs.
    on_train_begin, on_train_end : callable, optional
        Called with logs.
    on_train_batch_begin, on_train_batch_end : callable, optional
        Called with the batch's number and its logs.
    **kwargs : callable
        The other moments of :class:`~minicnn.training.callbacks.base.Callback`.

    Raises
    ------
    ValueError
        If a name is not a callback method.

    Examples
    --------
    >>> shout = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
    """

    def __init__(
        self,
        on_epoch_begin: Callable | None = None,
        on_epoch_end: Callable | None = None,
        on_train_begin: Callable | None = None,
        on_train_end: Callable | None = None,
        on_train_batch_begin: Callable | None = None,
        on_train_batch_end: Callable | None = None,
        **kwargs: Callable,
    ) -> None:
        for name in kwargs:
            if not name.startswith("on_") or not hasattr(Callback, name):
                moments = ", ".join(moment for moment in dir(Callback) if moment.startswith("on_"))
                raise ValueError(
                    f"LambdaCallback: {name!r} is not a callback method, expected one of {moments}."
                )
        named: dict[str, Any] = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        } | kwargs
        vars(self).update({name: call for name, call in named.items() if call is not None})
