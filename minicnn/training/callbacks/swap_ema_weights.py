"""Use the averaged weights while the model is evaluated."""

from __future__ import annotations

from minicnn.training.callbacks.base import Callback, Logs

__all__ = ["SwapEMAWeights"]


class SwapEMAWeights(Callback):
    """Evaluate with the optimizer's moving averages of the weights, as Keras's callback does.

    For optimizers that keep them: ``SGD(use_ema=True)``.

    Parameters
    ----------
    swap_on_epoch : bool
        Whether the model also has the averages at the end of an epoch, for callbacks that
        come after this one in the list and save the model. They stay until the next
        epoch. A training that is stopped early also ends with them; Keras then leaves the last
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
        optimizer.require_owner(self.model.graph.owners())
        if optimizer.averages_swapped != averages_in:
            optimizer.swap_averages(self.model.trainable_params())

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Train with the weights of the steps."""
        self._put(False)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Continue from the weights of the last step."""
        self._put(False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Show the averages to the callbacks after this one, if asked for."""
        self._put(self.swap_on_epoch)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Put the averages in."""
        self._put(True)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Put the weights of the last step back."""
        self._put(False)
