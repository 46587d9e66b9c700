"""The way from a .keras file to TensorFlow Lite that docs/export.md describes."""

import numpy as np
import pytest
from oracles import keras, tensorflow
from tiny import tiny_network


@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
def test_a_tflite_file_predicts_the_same(tmp_path):
    tf = tensorflow()
    model = tiny_network(input_shape=(16, 16, 1))
    model.save(tmp_path / "tiny.keras")
    twin = keras().saving.load_model(tmp_path / "tiny.keras", compile=False)
    content = tf.lite.TFLiteConverter.from_keras_model(twin).convert()
    interpreter = tf.lite.Interpreter(model_content=content)
    interpreter.allocate_tensors()
    x = np.random.default_rng(0).random((1, 16, 16, 1), np.float32)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    found = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(found, model.predict(x, verbose=0), rtol=1e-5, atol=1e-7)
