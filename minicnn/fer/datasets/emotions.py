"""The seven emotions of FER2013 and their numbers."""

__all__ = ["CSV_EMOTIONS", "EMOTIONS"]

#: Class names in label order: the alphabetical order of the data set's folders.
EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")

#: The order in which the csv files number them; the readers translate it.
CSV_EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
