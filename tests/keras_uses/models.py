"""Building models: rows of layers, graphs, models inside models."""

import numpy as np

from keras_uses.material import IMAGES, ONE_HOT, TARGETS, VECTORS, fill
from keras_uses.table import use


@use("Sequential([keras.Input(shape), ...])")
def sequential_of_a_list(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input(shape=(5,)), layers.Dense(4), layers.Dense(3)])
    return [layer.name for layer in model.layers], fill(model).predict_on_batch(VECTORS)


@use("Sequential([layers.Input(shape), ...])")
def sequential_with_a_layer_of_input(keras):
    layers = keras.layers
    model = keras.Sequential([layers.Input((5,)), layers.Dense(4), layers.Dense(3)])
    return [layer.name for layer in model.layers], fill(model).predict_on_batch(VECTORS)


@use("Sequential(name=...)")
def sequential_with_a_name(keras):
    return keras.Sequential([keras.layers.Dense(3)], name="classifier").name


@use("model.add(layer)")
def add(keras):
    model = keras.Sequential()
    model.add(keras.layers.Input((8, 8, 2)))
    model.add(keras.layers.Conv2D(4, 3, activation="relu"))
    model.add(keras.layers.Flatten())
    return fill(model).predict_on_batch(IMAGES)


@use("model.pop()")
def pop(keras):
    model = keras.Sequential(
        [keras.layers.Input((5,)), keras.layers.Dense(4), keras.layers.Dense(3)]
    )
    model.pop()
    return len(model.layers), fill(model).predict_on_batch(VECTORS)


@use("a Sequential built from its first data")
def built_by_data(keras):
    model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(3)])
    return model.predict_on_batch(VECTORS).shape, len(model.get_weights())


@use("model.build(input_shape)")
def build(keras):
    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(3)])
    model.build((None, 5))
    return [weight.shape for weight in model.get_weights()]


@use("Conv2D(..., input_shape=...) as the first layer")
def input_shape_argument(keras):
    model = keras.Sequential()
    model.add(keras.layers.Conv2D(4, (3, 3), activation="relu", input_shape=(8, 8, 2)))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(3, activation="softmax"))
    return fill(model).predict_on_batch(IMAGES)


@use("Dense(..., input_dim=...) as the first layer")
def input_dim_argument(keras):
    model = keras.Sequential([keras.layers.Dense(4, input_dim=5), keras.layers.Dense(3)])
    return fill(model).predict_on_batch(VECTORS)


@use("Flatten(input_shape=...) as the first layer")
def flatten_input_shape(keras):
    model = keras.Sequential([keras.layers.Flatten(input_shape=(8, 8, 2)), keras.layers.Dense(3)])
    return fill(model).predict_on_batch(IMAGES)


@use("InputLayer(shape=...)")
def input_layer(keras):
    model = keras.Sequential([keras.layers.InputLayer(shape=(5,)), keras.layers.Dense(3)])
    return fill(model).predict_on_batch(VECTORS)


@use("Input(shape=..., name=...)")
def input_with_a_name(keras):
    x = keras.Input(shape=(8, 8, 1), name="face")
    return x.name, x.shape, x.dtype


@use("Input(shape=..., batch_size=...)", "differs", "the size of the batch stays open")
def input_with_a_batch_size(keras):
    return keras.Input(shape=(5,), batch_size=4).shape


@use("Model(inputs, outputs)")
def functional(keras):
    inputs = keras.layers.Input((8, 8, 2))
    x = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    outputs = keras.layers.Dense(3, activation="softmax")(x)
    return fill(keras.Model(inputs, outputs)).predict_on_batch(IMAGES)


@use("Model(inputs=..., outputs=..., name=...)")
def functional_with_names(keras):
    inputs = keras.layers.Input((5,))
    model = keras.Model(inputs=inputs, outputs=keras.layers.Dense(3)(inputs), name="scores")
    return model.name, len(model.layers), [layer.name for layer in model.layers]


@use("the shape of a layer's output while building")
def shape_while_building(keras):
    x = keras.layers.Input((8, 8, 2))
    x = keras.layers.Conv2D(4, 3, strides=2)(x)
    return x.shape, x.dtype


@use("layers.add([x, y]): a residual connection")
def residual(keras):
    inputs = keras.layers.Input((8, 8, 2))
    x = keras.layers.Conv2D(2, 3, padding="same", activation="relu")(inputs)
    x = keras.layers.add([x, inputs])
    return fill(keras.Model(inputs, x)).predict_on_batch(IMAGES)


@use("layers.concatenate([x, y])")
def concatenate(keras):
    inputs = keras.layers.Input((8, 8, 2))
    a = keras.layers.Conv2D(3, 1)(inputs)
    b = keras.layers.Conv2D(2, 3, padding="same")(inputs)
    model = keras.Model(inputs, keras.layers.concatenate([a, b]))
    return fill(model).predict_on_batch(IMAGES)


@use("`x + y` on the outputs of layers")
def operator(keras):
    inputs = keras.layers.Input((5,))
    a, b = keras.layers.Dense(3)(inputs), keras.layers.Dense(3)(inputs)
    return fill(keras.Model(inputs, a + b)).predict_on_batch(VECTORS)


@use("one layer used twice")
def shared_layer(keras):
    a, b = keras.layers.Input((5,)), keras.layers.Input((5,))
    layer = keras.layers.Dense(3)
    model = keras.Model([a, b], keras.layers.Add()([layer(a), layer(b)]))
    return len(model.get_weights()), fill(model).predict_on_batch([VECTORS, -VECTORS])


@use("several inputs as a list")
def several_inputs(keras):
    a, b = keras.layers.Input((5,), name="a"), keras.layers.Input((5,), name="b")
    model = keras.Model([a, b], keras.layers.Concatenate()([a, b]))
    return model.predict_on_batch([VECTORS, VECTORS * 2])


@use("several inputs as a dict, by name")
def inputs_by_name(keras):
    a, b = keras.layers.Input((5,), name="a"), keras.layers.Input((5,), name="b")
    model = keras.Model([a, b], keras.layers.Subtract()([a, b]))
    return model.predict_on_batch({"b": VECTORS, "a": VECTORS * 2})


@use("Model(inputs={...}, outputs={...})")
def model_of_dicts(keras):
    a = keras.layers.Input((5,), name="a")
    outputs = {"double": keras.layers.Add()([a, a])}
    return keras.Model(inputs={"a": a}, outputs=outputs).predict_on_batch({"a": VECTORS})


@use("several outputs")
def several_outputs(keras):
    inputs = keras.layers.Input((5,))
    x = keras.layers.Dense(4, activation="relu")(inputs)
    heads = [keras.layers.Dense(3, name="emotion")(x), keras.layers.Dense(1, name="age")(x)]
    return fill(keras.Model(inputs, heads)).predict_on_batch(VECTORS)


@use("several outputs as a dict: fit, predict")
def outputs_by_name(keras):
    inputs = keras.layers.Input((5,))
    heads = {"feeling": keras.layers.Dense(3)(inputs), "age": keras.layers.Dense(1)(inputs)}
    model = fill(keras.Model(inputs, heads))
    model.compile("sgd", "mse")
    targets = {"feeling": ONE_HOT, "age": TARGETS}
    figures = model.train_on_batch(VECTORS, targets, return_dict=True)
    return figures, model.predict(VECTORS, verbose=0), model.output_shape


@use("model.output_names")
def output_names(keras):
    inputs = keras.layers.Input((5,))
    heads = [keras.layers.Dense(3, name="emotion"), keras.layers.Dense(1, name="age")]
    return keras.Model(inputs, [head(inputs) for head in heads]).output_names


@use("a model used as a layer of another")
def nested_model(keras):
    inner = keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(4)], name="encoder")
    inputs = keras.layers.Input((5,))
    model = keras.Model(inputs, keras.layers.Dense(3)(inner(inputs)))
    return model.layers[1].name, fill(model).predict_on_batch(VECTORS)


@use("a Sequential inside a Sequential")
def nested_sequential(keras):
    inner = keras.Sequential([keras.layers.Rescaling(1 / 255), keras.layers.Flatten()])
    model = keras.Sequential([keras.layers.Input((8, 8, 2)), inner, keras.layers.Dense(3)])
    return fill(model).predict_on_batch(IMAGES)


@use("model(x) on an array")
def model_called(keras):
    model = fill(keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(3)]))
    return np.asarray(model(VECTORS))


@use("model(x, training=False)")
def model_called_for_inference(keras):
    layers = [
        keras.layers.Input((5,)),
        keras.layers.Dropout(0.5),
        keras.layers.BatchNormalization(),
    ]
    return np.asarray(fill(keras.Sequential(layers))(VECTORS, training=False))


@use("base(x, training=False) with base.trainable = False, then fit")
def base_for_inference(keras):
    base = fill(keras.Sequential([keras.layers.Input((5,)), keras.layers.BatchNormalization()]))
    base.trainable = False
    inputs = keras.layers.Input((5,))
    head = keras.layers.Dense(1, kernel_initializer="ones")
    model = keras.Model(inputs, head(base(inputs, training=False)))
    model.compile("sgd", "mse")
    model.fit(VECTORS, np.ones((len(VECTORS), 1)), shuffle=False, verbose=0)
    return model.predict_on_batch(VECTORS), [np.asarray(w) for w in base.get_weights()]


@use("Dropout(0.5)(x, training=True), and the model called")
def dropout_that_is_always_on(keras):
    inputs = keras.layers.Input((5,))
    model = keras.Model(inputs, keras.layers.Dropout(0.5)(inputs, training=True))
    ones = np.ones((100, 5), np.float32)
    first, second = np.asarray(model(ones)), np.asarray(model(ones))
    return np.unique(first), bool((first != second).any())


@use(
    "Dropout(0.5)(x, training=True), and predict",
    "differs",
    "it drops in fit, evaluate and predict, too; Keras 3 has their own mode decide there",
)
def dropout_that_is_always_on_in_predict(keras):
    inputs = keras.layers.Input((5,))
    model = keras.Model(inputs, keras.layers.Dropout(0.5)(inputs, training=True))
    return np.unique(model.predict(np.ones((100, 5), np.float32), verbose=0))


@use("model(x).numpy()")
def numpy_of_a_result(keras):
    model = fill(keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(3)]))
    loss = keras.losses.MeanSquaredError()
    return model(VECTORS).numpy(), loss(ONE_HOT, model(VECTORS)).numpy()


@use("layer(x) on an array")
def layer_called(keras):
    layer = keras.layers.Dense(3, kernel_initializer="ones", bias_initializer="zeros")
    return np.asarray(layer(VECTORS))


@use(
    "from keras.models import Sequential, Model",
    "differs",
    "the module has classes of its own, which also know Keras 2's names",
)
def models_module(keras):
    return keras.models.Sequential is keras.Sequential, keras.models.Model is keras.Model


@use("keras.models.clone_model(model)")
def clone_model(keras):
    model = keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(3, name="scores")])
    copy = keras.models.clone_model(model)
    return copy.layers[0].name, fill(copy).predict_on_batch(VECTORS)


@use("an error for two layers with the same name")
def two_layers_of_one_name(keras):
    layers = [keras.layers.Dense(3, name="a"), keras.layers.Dense(3, name="a")]
    return keras.Sequential([keras.layers.Input((5,)), *layers])


@use("an error for outputs that do not come from the inputs")
def unconnected(keras):
    x = keras.layers.Dense(3)(keras.layers.Input((5,)))
    return keras.Model(keras.layers.Input((5,)), x)


@use("an error for something that is not a layer")
def not_a_layer(keras):
    return keras.Sequential([keras.layers.Input((5,)), "dense"])


@use("an error for incompatible shapes")
def wrong_shape(keras):
    return keras.Sequential([keras.layers.Input((5,)), keras.layers.Conv2D(3, 3)])


@use("an error for the weights of an unbuilt model")
def weights_too_early(keras):
    return keras.Sequential([keras.layers.Dense(3)]).set_weights([np.zeros((5, 3)), np.zeros(3)])
