"""Saving and loading models and weights."""

import json

import numpy as np

from keras_uses.material import IMAGES, ONE_HOT, TARGETS, VECTORS, dense, fill, small
from keras_uses.table import use


@use("model.save('m.keras') and load_model")
def save_and_load(keras, folder):
    small(keras).save(folder / "m.keras")
    return keras.models.load_model(folder / "m.keras").predict_on_batch(IMAGES)


@use("keras.saving.load_model and save_model")
def saving_module(keras, folder):
    keras.saving.save_model(small(keras), folder / "m.keras")
    return keras.saving.load_model(folder / "m.keras").predict_on_batch(IMAGES)


@use("a loaded model can be evaluated at once")
def compiled(keras, folder):
    small(keras).save(folder / "m.keras")
    model = keras.models.load_model(folder / "m.keras")
    return model.evaluate(IMAGES, ONE_HOT, verbose=0)


@use("load_model(compile=False)")
def load_uncompiled(keras, folder):
    small(keras).save(folder / "m.keras")
    return keras.models.load_model(folder / "m.keras", compile=False).predict_on_batch(IMAGES)


@use("training continues after loading")
def training_goes_on(keras, folder):
    model = dense(keras, "adam")
    model.fit(VECTORS, TARGETS, shuffle=False, verbose=0)
    model.save(folder / "m.keras")
    model = keras.models.load_model(folder / "m.keras")
    return model.fit(VECTORS, TARGETS, shuffle=False, verbose=0).history, model.get_weights()


@use("saving a functional model")
def functional(keras, folder):
    inputs = keras.layers.Input((5,))
    x = keras.layers.Dense(5, activation="relu")(inputs)
    model = fill(keras.Model(inputs, keras.layers.Add()([x, inputs])))
    model.save(folder / "m.keras")
    return keras.models.load_model(folder / "m.keras").predict_on_batch(VECTORS)


@use("saving a model that is not compiled")
def uncompiled(keras, folder):
    small(keras, compiled=False).save(folder / "m.keras")
    return keras.models.load_model(folder / "m.keras").predict_on_batch(IMAGES)


@use("model.save('m.h5') and load_model")
def save_hdf5(keras, folder):
    small(keras).save(folder / "m.h5")
    return keras.models.load_model(folder / "m.h5").predict_on_batch(IMAGES)


@use("load_model on an .h5 file written by Keras")
def load_hdf5_of_keras(keras, folder):
    import keras as real

    small(real).save(folder / "m.h5")
    return keras.models.load_model(folder / "m.h5").predict_on_batch(IMAGES)


@use("load_model on a .keras file written by Keras")
def load_file_of_keras(keras, folder):
    import keras as real

    small(real).save(folder / "m.keras")
    return keras.models.load_model(folder / "m.keras").evaluate(IMAGES, ONE_HOT, verbose=0)


@use("Keras opens the .keras file")
def keras_opens(keras, folder):
    import keras as real

    small(keras).save(folder / "m.keras")
    return real.models.load_model(folder / "m.keras").evaluate(IMAGES, ONE_HOT, verbose=0)


@use("Keras opens the .h5 file")
def keras_opens_hdf5(keras, folder):
    import keras as real

    small(keras).save(folder / "m.h5")
    return real.models.load_model(folder / "m.h5").predict_on_batch(IMAGES)


@use("save_weights('m.weights.h5') and load_weights")
def weights(keras, folder):
    small(keras).save_weights(folder / "m.weights.h5")
    model = small(keras)
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    model.load_weights(folder / "m.weights.h5")
    return model.predict_on_batch(IMAGES)


@use("an error for save_weights('m')")
def weights_without_ending(keras, folder):
    return small(keras).save_weights(folder / "m")


@use("load_weights(skip_mismatch=True)")
def skip_mismatch(keras, folder):
    small(keras).save_weights(folder / "m.weights.h5")
    model = small(keras)
    model.load_weights(folder / "m.weights.h5", skip_mismatch=True)
    return model.predict_on_batch(IMAGES)


@use("model.to_json() and model_from_json")
def to_json(keras):
    model = small(keras, compiled=False)
    text = model.to_json()
    copy = keras.models.model_from_json(text)
    copy.set_weights(model.get_weights())
    return json.loads(text)["class_name"], copy.predict_on_batch(IMAGES)


@use("model_from_json on JSON written by Keras")
def json_of_keras(keras):
    import keras as real

    text = small(real, compiled=False).to_json()
    return fill(keras.models.model_from_json(text)).predict_on_batch(IMAGES)


@use("model.get_config() and Sequential.from_config")
def get_config(keras):
    model = small(keras, compiled=False)
    copy = keras.Sequential.from_config(model.get_config())
    return fill(copy).predict_on_batch(IMAGES)


@use("Model.from_config of a functional model")
def functional_from_config(keras):
    inputs = keras.layers.Input((5,))
    model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    return fill(keras.Model.from_config(model.get_config())).predict_on_batch(VECTORS)


@use("load_model(custom_objects={...})")
def custom_objects(keras, folder):
    small(keras).save(folder / "m.keras")
    model = keras.models.load_model(folder / "m.keras", custom_objects={})
    return model.predict_on_batch(IMAGES)


@use("load_model(custom_objects={name: function}) for a metric of one's own")
def custom_metric(keras, folder):
    def share_right(y_true, y_pred):
        ops = keras.ops
        return ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1))

    model = small(keras, metrics=["accuracy", share_right])
    model.evaluate(IMAGES, ONE_HOT, verbose=0)
    results = []
    for name in ("m.keras", "m.h5"):
        model.save(folder / name)
        again = keras.models.load_model(folder / name, custom_objects={"share_right": share_right})
        results.append(again.evaluate(IMAGES, ONE_HOT, verbose=0))
    return results


@use("keras.saving.register_keras_serializable()")
def register(keras):
    @keras.saving.register_keras_serializable(package="uses")
    class Twice(keras.layers.Layer):
        pass

    return Twice.__name__


@use("keras.layers.serialize and deserialize")
def serialize(keras):
    written = keras.layers.serialize(keras.layers.Dense(3, name="scores"))
    return written["class_name"], keras.layers.deserialize(written).name


@use("model.save(overwrite=True)")
def overwrite(keras, folder):
    model = small(keras)
    for _ in range(2):
        model.save(folder / "m.keras", overwrite=True)
    return sorted(path.name for path in folder.iterdir())


@use("an error for save('m') without an ending")
def save_without_ending(keras, folder):
    return small(keras).save(folder / "m")


@use(
    "an error for a file that does not exist",
    "differs",
    "FileNotFoundError, where Keras raises ValueError",
)
def no_file(keras, folder):
    return keras.models.load_model(folder / "nowhere.keras")


@use("an error for a file that is not a model")
def no_model(keras, folder):
    (folder / "m.keras").write_text("not a model")
    return keras.models.load_model(folder / "m.keras")


@use("an error for weights of another model")
def other_weights(keras, folder):
    dense(keras).save_weights(folder / "m.weights.h5")
    return small(keras).load_weights(folder / "m.weights.h5")
