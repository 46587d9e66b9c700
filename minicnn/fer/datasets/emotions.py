"""The seven emotions of FER2013 and their numbers."""

__all__ = ["EMOTIONS"]

#: Class names in label order: the alphabetical order of the data set's folders. The csv files
#: number the classes differently; the readers translate.
EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
