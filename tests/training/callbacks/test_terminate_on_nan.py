import numpy as np
import pytest
from callback_twins import Y, models
from oracles import keras

from minicnn.callbacks import TerminateOnNaN
from minicnn.data.batches import Batch

pytestmark = pytest.mark.filterwarnings("ignore:Training step:RuntimeWarning")


class Diverges:
    """Four batches an epoch; the third of the second epoch is beyond float32."""

    def __len__(self):
        return 4

    def batches(self, epoch):
        for number in range(4):
            x = np.full((8, 3), 3e38 if (epoch, number) == (1, 2) else 0.5, np.float32)
            yield Batch(x, Y, None, np.arange(8))


@pytest.fixture
def model():
    return models(0.1)[0]


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_the_training_ends_after_that_batch(model, capsys):
    history = model.fit(Diverges(), epochs=5, callbacks=[TerminateOnNaN()], verbose=0)
    assert history.epoch == [0, 1]
    assert model.optimizer.iterations == 1 + 4 + 3
    assert capsys.readouterr().out == "Batch 2: Invalid loss, terminating training\n"


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_or_with_an_error(model):
    with pytest.raises(RuntimeError, match=r"the loss is (nan|inf) at batch 2"):
        model.fit(Diverges(), epochs=5, callbacks=[TerminateOnNaN(raise_error=True)], verbose=0)


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), -float("inf"), 1e38, 0.0, None])
def test_it_decides_as_keras_does(loss, capsys):
    ours, theirs = models()
    outputs = []
    for callback, model in ((TerminateOnNaN(), ours), (keras().callbacks.TerminateOnNaN(), theirs)):
        model.stop_training = False
        callback.set_model(model)
        callback.on_train_batch_end(3, {} if loss is None else {"loss": loss})
        outputs.append((model.stop_training, capsys.readouterr().out))
    assert outputs[0] == outputs[1]
