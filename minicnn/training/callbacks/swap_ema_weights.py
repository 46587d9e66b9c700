"""Averaged weights in the model for as long as it is evaluated."""

from __future__ import annotations

from minicnn.training.callbacks.base import Callback, Logs

__all__ = ["SwapEMAWeights"]


class SwapEMAWeights(Callback):
    """Evaluate with the optimizer's moving averages of the weights, as Keras's callback does.

    For optimizers that keep them: ``SGD(use_ema=True)``.

    Parameters
    ----------
    swap_on_epoch : bool
        Whether the averages are in the model also at the end of an epoch, for callbacks that
        stand behind this one in the list and save the model. They stay there until the next
        epoch. A training that is stopped early ends with them, too; Keras then leaves the last
        step's weights.

    Raises
    ------
    ValueError
        Before a training or an evaluation, if the optimizer keeps no averages.
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        self.swap_on_epoch = swap_on_epoch

    def _put(self, averages_in: bool) -> None:
        optimizer = self.model.optimizer
        if not optimizer.use_ema:
            raise ValueError(
                f"SwapEMAWeights: the optimizer {optimizer.name!r} keeps no averages; make it with "
                "use_ema=True."
            )
        if optimizer.averages_swapped != averages_in:
            optimizer.swap_averages(self.model.trainable_params())

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Train with the weights of the steps."""
        self._put(False)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Go on from the weights of the last step."""
        self._put(False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Let the callbacks behind this one see the averages, if asked for."""
        self._put(self.swap_on_epoch)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Put the averages in."""
        self._put(True)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Put the weights of the last step back."""
        self._put(False)
