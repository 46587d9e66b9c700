"""How people use Keras's API, one short use each, tried in Keras and here (test_keras_uses.py)."""
