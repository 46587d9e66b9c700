"""A metric written for Keras: variables from add_weight, made after the base class's __init__."""

import numpy as np
import pytest
from oracles import tensorflow

import minicnn
from minicnn import metrics
from minicnn.compat.metric_variables import MetricVariable
from minicnn.training.checkpoint import read_checkpoint, write_checkpoint

X = np.random.default_rng(0).random((12, 5), dtype=np.float32)
Y = np.eye(3, dtype=np.float32)[[0, 1, 2] * 4]


def true_positives(keras, *, resets):
    class TruePositives(keras.metrics.Metric):
        def __init__(self, name="tp", **kwargs):
            super().__init__(name=name, **kwargs)
            self.found = self.add_weight(shape=(), initializer="zeros", name="found")
            self.seen = self.add_weight(name="seen", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            ops = keras.ops
            hits = ops.cast(y_true, "float32") * ops.cast(ops.greater(y_pred, 0.3), "float32")
            self.found.assign_add(ops.sum(hits))
            self.seen.assign_add(ops.sum(ops.cast(y_true, "float32")))

        def result(self):
            return self.found / self.seen

    if resets:
        TruePositives.reset_state = lambda self: [v.assign(0.0) for v in (self.found, self.seen)]
    return TruePositives()


def trained(keras, metric):
    model = keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(3, "softmax")])
    model.set_weights([np.linspace(-1, 1, 15, dtype="f4").reshape(5, 3), np.zeros(3, "f4")])
    model.compile("sgd", "categorical_crossentropy", metrics=[metric])
    history = model.fit(X, Y, epochs=2, batch_size=4, shuffle=False, verbose=0).history
    return history["tp"], model.evaluate(X, Y, verbose=0, return_dict=True)["tp"]


@pytest.mark.parametrize("resets", [False, True])
def test_it_counts_as_in_keras(resets):
    keras = tensorflow().keras
    ours = trained(minicnn, true_positives(minicnn, resets=resets))
    theirs = trained(keras, true_positives(keras, resets=resets))
    assert ours[0] == pytest.approx(theirs[0], rel=1e-5)
    assert ours[1] == pytest.approx(theirs[1], rel=1e-5)
    assert all(type(value) is float for value in (*ours[0], ours[1]))
    assert 0 < ours[1] < 1


def test_a_metric_made_of_others():
    class F1(metrics.Metric):
        def __init__(self, name="f1"):
            super().__init__(name=name)
            self.precision, self.recall = metrics.Precision(), metrics.Recall()

        def update_state(self, y_true, y_pred, sample_weight=None):
            for one in (self.precision, self.recall):
                one.update_state(y_true, y_pred, sample_weight)

        def result(self):
            p, r = self.precision.result(), self.recall.result()
            return 2 * p * r / (p + r + 1e-7)

        def reset_state(self):
            self.precision.reset_state()
            self.recall.reset_state()

    assert F1()(Y[:, :1], Y[:, :1]) == pytest.approx(1.0)


def test_a_variable_is_an_array():
    variable = MetricVariable("total", np.zeros(2, np.float32))
    variable.assign_add([1, 2])
    variable.assign_sub(0.5)
    assert (variable * 2).tolist() == [1.0, 3.0]
    assert (1 + variable).dtype == np.float32
    assert variable.numpy().tolist() == [0.5, 1.5]


def test_a_class_that_never_defines_reset_state_is_told():
    class Nothing(metrics.Metric):
        pass

    with pytest.raises(NotImplementedError, match="Nothing does not define reset_state"):
        Nothing()

    class Later(metrics.Metric):
        def __init__(self):
            super().__init__()

    with pytest.raises(NotImplementedError, match="Later does not define reset_state"):
        Later().reset_state()
    with pytest.raises(NotImplementedError, match="Metric does not define reset_state"):
        metrics.Metric()


def test_a_metric_that_made_no_variables_does_not_list_none():
    with pytest.raises(AttributeError, match=r"no attribute 'variables': .* get_state\(\) returns"):
        _ = minicnn.metrics.CategoricalAccuracy().variables


def test_a_checkpoint_holds_variables_and_inner_metrics(tmp_path):
    class Both(metrics.Metric):
        def __init__(self, name="both"):
            super().__init__(name=name)
            self.rows, self.precision = self.add_weight(name="rows"), metrics.Precision()

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.rows.assign_add(len(y_true))
            self.precision.update_state(y_true, y_pred)

        def result(self):
            return self.rows + self.precision.result()

    first, second = Both(), Both()
    first.update_state(Y, np.roll(Y, 1) * 0.9 + 0.1 * Y)
    write_checkpoint(tmp_path / "state", first.get_state())
    second.set_state(read_checkpoint(tmp_path / "state"))
    assert second.result() == first.result() > 12
    assert isinstance(second.rows, MetricVariable)
    assert [one.name for one in second.variables] == ["rows"]
