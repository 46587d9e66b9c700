import signal
import threading

import pytest

from minicnn.training.interrupt import deferred_interrupt


@pytest.fixture(autouse=True)
def listening():
    """Ctrl-C as in a terminal, however the suite was started."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_is_held_back_and_the_second_is_not():
    with deferred_interrupt() as interrupted:
        assert not interrupted()
        signal.raise_signal(signal.SIGINT)
        assert interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_request_to_end_is_held_back_too_and_then_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with deferred_interrupt() as interrupted:
        signal.raise_signal(signal.SIGTERM)
        assert interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_who_ignores_it_goes_on_ignoring_it():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with deferred_interrupt() as interrupted:
        signal.raise_signal(signal.SIGINT)
        assert not interrupted()


def test_a_thread_that_hears_no_signals_leaves_them_alone():
    found = []

    def work():
        with deferred_interrupt() as interrupted:
            found.append(interrupted())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
