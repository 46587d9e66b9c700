"""When checkpoints are written, and what an interruption leaves."""

import pytest
import resumable

from minicnn.callbacks import Callback
from minicnn.training.callbacks import Checkpointing
from minicnn.training.checkpoint import Checkpoints


class Memory(Checkpoints):
    """Remembers the places of the checkpoints."""

    def __init__(self, folder):
        super().__init__(folder)
        self.places = []

    def save(self, state):
        super().save(state)
        self.places.append((state["training"]["epoch"], state["training"]["batch"]))


@pytest.mark.parametrize(
    ("every", "epochs", "places"),
    [
        (2, True, [(0, 2), (0, 4), (1, 0), (1, 2), (1, 4), (2, 0)]),
        (2, False, [(0, 2), (0, 4), (1, 1), (1, 3), (1, 5)]),
        (5, True, [(0, 5), (1, 0), (1, 5), (2, 0)]),
        (100, True, [(1, 0), (2, 0)]),
        (None, True, [(1, 0), (2, 0)]),
    ],
)
def test_they_are_written_when_it_is_time(tmp_path, every, epochs, places):
    checkpoints = Memory(tmp_path)
    keeper = Checkpointing(checkpoints, every=every, epochs=epochs, identity={"data": "digest"})
    resumable.fit(resumable.network(), [keeper], epochs=2)
    assert checkpoints.places == places
    assert checkpoints.load()[0]["identity"] == {"data": "digest"}
    assert keeper.seconds > 0


def test_none_is_written_in_the_middle_of_an_epoch_that_was_told_to_end(tmp_path):
    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    checkpoints = Memory(tmp_path)
    resumable.fit(resumable.network(), [Stop(), Checkpointing(checkpoints, every=2)])
    assert checkpoints.places == [(1, 0)]
    assert checkpoints.load()[0]["training"]["stop_training"] is True


class Interrupt(Callback):
    """Asks for an end at a moment of the third epoch."""

    asked = False

    def __init__(self, moment):
        self.moment = moment

    def _look(self, moment):
        self.asked = self.asked or (self.training.epoch, moment) == self.moment

    def on_train_batch_end(self, batch, logs=None):
        self._look(batch)

    def on_test_batch_end(self, batch, logs=None):
        self._look("validation")

    def on_epoch_end(self, epoch, logs=None):
        self._look("end")


@pytest.mark.parametrize(
    ("moment", "place", "message"),
    [
        ((2, 1), (2, 2), "stopped after batch 2 of epoch 3"),
        ((2, 4), (2, 5), "stopped after batch 5 of epoch 3"),
        ((2, "validation"), (2, 5), "stopped after batch 5 of epoch 3"),
        ((3, "end"), (3, 0), "stopped after epoch 3"),
    ],
)
def test_an_interruption_saves_and_the_rest_is_as_if_there_had_been_none(
    tmp_path, moment, place, message
):
    whole = resumable.network()
    expected = resumable.fingerprint(whole, resumable.fit(whole, []))
    interrupt, checkpoints = Interrupt(moment), Memory(tmp_path)
    keeper = Checkpointing(checkpoints, every=100, interrupted=lambda: interrupt.asked)
    with pytest.raises(KeyboardInterrupt, match=message):
        resumable.fit(resumable.network(), [interrupt, keeper])
    assert checkpoints.places[-1] == place
    state, _ = checkpoints.load()
    model = resumable.network()
    rest = Checkpointing(Checkpoints(tmp_path), every=100, state=state["training"])
    assert resumable.fingerprint(model, resumable.fit(model, [rest])) == expected
