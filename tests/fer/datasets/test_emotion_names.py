"""Classes whose names differ in capitals only are one."""

from minicnn.fer.datasets.emotion_names import named_classes


def test_capitals_do_not_tell_classes_apart():
    names, notes = named_classes(["cat", "Cat", "dog", "Hen", "Joy"])
    assert names == {"Cat": "Cat", "cat": "Cat", "dog": "dog", "Hen": "Hen", "Joy": "happy"}
    assert notes == ["takes Joy as happy, cat as Cat"]
