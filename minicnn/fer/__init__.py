"""The application: recognising facial emotions, or other classes of pictures.

Its rooms follow the data: `datasets` (what is read), `models` and `runs` (what is trained),
`detection` (the faces in photos), `prediction` and `evaluation` (what comes out, and how good it
is), `figures` and `reports` (what is shown).
"""

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.fer2013 import load_fer2013
from minicnn.fer.datasets.image_batches import ImageBatches
from minicnn.fer.datasets.load_images import load_images
from minicnn.fer.datasets.synthetic import load_synthetic, synthetic_faces
from minicnn.fer.detection.choice import face_detector
from minicnn.fer.evaluation.evaluate import Evaluation, evaluate
from minicnn.fer.evaluation.robustness import Robustness, robustness
from minicnn.fer.models.compact_network import compact_network
from minicnn.fer.models.expectations import Expectations, expectations, set_expectations
from minicnn.fer.models.loading import load_model
from minicnn.fer.models.network import fer_network
from minicnn.fer.models.pretrained import load_pretrained
from minicnn.fer.prediction.photos import predict_faces
from minicnn.fer.prediction.predict import Prediction, predict_emotion
from minicnn.fer.reports.evaluation_report import evaluation_report
from minicnn.fer.reports.robustness_report import robustness_report

__all__ = [
    "EMOTIONS",
    "Evaluation",
    "Expectations",
    "ImageBatches",
    "Prediction",
    "Robustness",
    "compact_network",
    "evaluate",
    "evaluation_report",
    "expectations",
    "face_detector",
    "fer_network",
    "load_fer2013",
    "load_images",
    "load_model",
    "load_pretrained",
    "load_synthetic",
    "predict_emotion",
    "predict_faces",
    "robustness",
    "robustness_report",
    "set_expectations",
    "synthetic_faces",
]
