"""The documented usage: a saved model and the emotion in a photo.

    from model import load_model, predict_emotion

    model = load_model("model.keras")
    emotion = predict_emotion(model, "photo.jpg")
    print(emotion)                  # happy (93.4%)
    print(emotion.probabilities)    # all seven

`minicnn demo` and `minicnn train` save such a model.
"""

from minicnn.fer import load_model, predict_emotion

__all__ = ["load_model", "predict_emotion"]
