"""What a configuration names."""

import pytest

from minicnn.callbacks import EarlyStopping, ReduceLROnPlateau, SwapEMAWeights
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.optimizers import SGD, Adam


def callbacks(**values):
    return TrainingConfig.from_dict(values).make_callbacks(verbose=0)


def test_the_documented_one():
    config = TrainingConfig()
    optimizer = config.make_optimizer(10)
    assert type(optimizer) is Adam
    assert (optimizer.learning_rate, optimizer.schedule) == (0.001, None)
    assert config.make_loss().label_smoothing == 0
    plateau, stopping = config.make_callbacks(verbose=1)
    assert type(plateau) is ReduceLROnPlateau
    assert (plateau.monitor, plateau.factor, plateau.patience) == ("val_loss", 0.5, 8)
    assert type(stopping) is EarlyStopping
    assert (stopping.monitor, stopping.patience, stopping.verbose) == ("val_loss", 32, 1)


def test_numbers_that_a_table_leaves_out_are_the_documented_ones():
    plateau, stopping = callbacks(schedule={"name": "plateau", "factor": 0.1}, early_stopping={})
    assert (plateau.factor, plateau.patience, stopping.patience) == (0.1, 8, 32)


def test_another_optimizer_loss_and_schedule():
    config = TrainingConfig.from_dict(
        {
            "epochs": 5,
            "label_smoothing": 0.1,
            "optimizer": {"name": "sgd", "learning_rate": 0.5, "momentum": 0.9},
            "schedule": {"name": "cosine", "warmup_steps": 20, "warmup_target": 1.0},
        }
    )
    optimizer = config.make_optimizer(100)
    assert type(optimizer) is SGD
    assert optimizer.momentum == 0.9
    schedule = optimizer.schedule.get_config()
    # The rate has fallen to 0 after the last of 5 x 100 steps.
    assert (schedule["initial_learning_rate"], schedule["decay_steps"]) == (0.5, 480)
    assert optimizer.schedule(500) == pytest.approx(0, abs=1e-7)
    assert config.make_loss().label_smoothing == 0.1
    assert [type(callback) for callback in config.make_callbacks(verbose=0)] == [EarlyStopping]


def test_an_exponential_schedule():
    config = TrainingConfig.from_dict(
        {"schedule": {"name": "exponential", "decay_steps": 10, "decay_rate": 0.5}}
    )
    assert config.make_optimizer(3).schedule(20) == pytest.approx(0.00025)


def test_averages_are_swapped_in_before_anything_is_saved():
    found = callbacks(optimizer={"use_ema": True, "ema_momentum": 0.999})
    assert type(found[0]) is SwapEMAWeights
    assert found[0].swap_on_epoch


def test_without_images_to_watch_nothing_watches_them():
    assert callbacks(validation_split=0) == []
    (stopping,) = callbacks(validation_split=0, early_stopping={"monitor": "loss"})
    assert type(stopping) is EarlyStopping
    assert len(callbacks(validation_split=0, protocol="documented")) == 2
