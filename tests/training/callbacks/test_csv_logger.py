import numpy as np
import pytest
from callback_twins import X, Y, models
from hypothesis import given
from hypothesis import strategies as st
from oracles import keras

from minicnn.callbacks import CSVLogger

value = st.one_of(
    st.floats(),
    st.integers(),
    st.text("a,;\"'\n", max_size=3),
    st.lists(st.floats(), max_size=2),
    st.just(np.arange(3)),
    st.just(np.float32(0.1)),
    st.just(np.array(2.5)),
)
epochs = st.lists(
    st.dictionaries(st.sampled_from(["loss", "accuracy", "val_loss", "b c"]), value), max_size=4
)


def log(cls, path, rows, **arguments):
    callback = cls(path, **arguments)
    callback.on_train_begin()
    for epoch, logs in enumerate(rows):
        callback.on_epoch_end(epoch, logs)
    callback.on_train_end()
    return path.read_bytes()


@given(rows=epochs, more=epochs, append=st.booleans(), separator=st.sampled_from([",", ";", "\t"]))
def test_its_file_is_kerass(tmp_path_factory, rows, more, append, separator):
    top = tmp_path_factory.mktemp("logs")
    files = []
    for name, cls in (("ours.csv", CSVLogger), ("theirs.csv", keras().callbacks.CSVLogger)):
        log(cls, top / name, rows, separator=separator)
        files.append(log(cls, top / name, more, separator=separator, append=append))
    assert files[0] == files[1]


def test_in_a_training(tmp_path):
    path = tmp_path / "log.csv"
    history = models(0.1)[0].fit(X, Y, epochs=2, callbacks=[CSVLogger(path)], verbose=0).history
    header, *rows = path.read_text().split()
    assert header == "epoch,accuracy,loss,val_accuracy,val_loss"
    assert rows == [f"{i},{history['accuracy'][i]},{history['loss'][i]},NA,NA" for i in (0, 1)]


def test_a_place_that_cannot_be_written_is_told_before_the_training(tmp_path):
    logger = CSVLogger(tmp_path / "missing" / "log.csv")
    model = models()[0]
    with pytest.raises(FileNotFoundError):
        model.fit(X, Y, callbacks=[logger], verbose=0)
    assert model.optimizer.iterations == 1


@pytest.mark.parametrize("append", [False, True])
@pytest.mark.parametrize("cut", [0, 1, 3])
def test_a_resumed_training_leaves_the_rows_of_one_that_was_not_interrupted(tmp_path, append, cut):
    rows = [{"loss": float(epoch)} for epoch in range(4)]
    files = []
    for name in ("whole", "resumed"):
        path = tmp_path / name
        path.write_bytes(b"earlier\r\n")
        first = CSVLogger(path, append=append)
        first.on_train_begin()
        for epoch in range(cut):
            first.on_epoch_end(epoch, rows[epoch])
        if name == "resumed":
            state = first.get_state()
            first.on_epoch_end(cut, {"loss": -1.0})  # done, but lost with the process
            first = CSVLogger(path, append=append)
            first.on_train_begin()
            first.set_state(state)
        for epoch in range(cut, 4):
            first.on_epoch_end(epoch, rows[epoch])
        first.on_train_end()
        files.append(path.read_bytes())
    assert files[0] == files[1]
    assert files[0].startswith(b"earlier\r\n0,0.0" if append else b"epoch,loss,val_loss\r\n0,0.0")
