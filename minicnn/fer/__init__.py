"""The application: recognising seven facial emotions."""

from minicnn.fer.dataset import load_fer2013
from minicnn.fer.evaluate import Evaluation, evaluate
from minicnn.fer.labels import EMOTIONS
from minicnn.fer.network import fer_network
from minicnn.fer.predict import Prediction, predict_emotion
from minicnn.fer.pretrained import load_pretrained
from minicnn.fer.synthetic import load_synthetic, synthetic_faces
from minicnn.loading import load_model

__all__ = [
    "EMOTIONS",
    "Evaluation",
    "Prediction",
    "evaluate",
    "fer_network",
    "load_fer2013",
    "load_model",
    "load_pretrained",
    "load_synthetic",
    "predict_emotion",
    "synthetic_faces",
]
