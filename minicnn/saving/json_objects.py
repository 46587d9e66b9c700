"""JSON objects from files: of finite numbers, and of a size that stays within bounds."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from minicnn.saving.opening import ModelFileError

__all__ = ["MOST_JSON", "json_object"]

#: Four times what Keras writes for the longest model that is read, in bytes.
MOST_JSON = 4 << 20


def json_object(where: str, text: str | bytes) -> dict[str, Any]:
    """Return the JSON object that a text holds.

    Raises
    ------
    ModelFileError
        If it is not JSON, not an object, or holds a number that is not finite; the message begins
        with `where`.
    """
    try:
        # The hooks see the numbers that JSON does not have, and those beyond float64.
        value = json.loads(text, parse_constant=_refuse_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{where} is not JSON ({error}).") from error
    if not isinstance(value, dict):
        raise ModelFileError(f"{where} must be a JSON object.")
    return value


def _finite(text: str) -> float:
    value = float(text)
    return value if abs(value) != float("inf") else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is not a finite number")
