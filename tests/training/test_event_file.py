"""Event files against bytes that TensorFlow has written, and read by TensorFlow."""

import math

import numpy as np
import pytest
from oracles import tensorflow

from minicnn.training.event_file import EventFile, crc32c, record

# What tf.summary.scalar("epoch_loss", 0.5, step=3) of TensorFlow 2.21 wrote.
TIME = b"\t\x8b\xe0\xe2\xf6L\xc2\xdaA"
CONTENT = (
    TIME
    + b"\x10\x03*'\n%\n\nepoch_lossB\n\x08\x01\x12\x00\"\x04\x00\x00\x00?J\x0b\n\t\n\x07scalars"
)
RECORD = b"4\x00\x00\x00\x00\x00\x00\x00^3\x17\\" + CONTENT + b"\x99S4\xf7"


@pytest.mark.parametrize(
    ("content", "crc"),  # RFC 3720, appendix B.4
    [
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (b"", 0),
    ],
)
def test_crc32c_of_the_standard(content, crc):
    assert crc32c(content) == crc


def test_a_record_is_tensorflows():
    assert record(CONTENT) == RECORD


def test_a_scalar_is_tensorflows_to_the_byte(tmp_path):
    file = EventFile(tmp_path)
    before = next(tmp_path.iterdir()).read_bytes()
    file.scalar("epoch_loss", 0.5, 3)
    written = next(tmp_path.iterdir()).read_bytes()[len(before) :]
    file.close()
    assert written[12:-4][len(TIME) :] == CONTENT[len(TIME) :]


def test_tensorflow_reads_every_value(tmp_path):
    tf = tensorflow()
    values = [0.1, -3e38, 1e300, -1e300, math.inf, math.nan, 0.0, 1e-45]
    steps = [0, 1, 127, 128, 300, 2**31, 2**40, 2**62]
    file = EventFile(tmp_path / "new" / "folder")
    for value, step in zip(values, steps, strict=True):
        file.scalar("Verlust/ß" * 40, value, step)
    # Not closed: a program that is killed leaves what it has written.
    (path,) = (tmp_path / "new" / "folder").iterdir()
    first, *events = [
        tf.compat.v1.Event.FromString(one.numpy()) for one in tf.data.TFRecordDataset(str(path))
    ]
    file.close()
    assert first.file_version == "brain.Event:2"
    assert [event.step for event in events] == steps
    read = [tf.make_ndarray(event.summary.value[0].tensor).item() for event in events]
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(read, np.float32(values))
    assert {event.summary.value[0].tag for event in events} == {"Verlust/ß" * 40}
    assert {event.summary.value[0].metadata.plugin_data.plugin_name for event in events} == {
        "scalars"
    }


def test_two_files_in_one_second_have_two_names(tmp_path):
    for _ in range(2):
        EventFile(tmp_path).close()
    assert len(list(tmp_path.iterdir())) == 2
