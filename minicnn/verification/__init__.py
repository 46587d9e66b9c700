"""Proof for the sceptic: everything checked by itself, and against TensorFlow where it is there.

``minicnn verify`` runs it. Nothing else in the library uses it.
"""

from minicnn.verification.check import Check
from minicnn.verification.results import Results
from minicnn.verification.verify import verify

__all__ = ["Check", "Results", "verify"]
