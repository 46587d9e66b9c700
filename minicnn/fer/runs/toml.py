"""TOML files: what a configuration is read from, and written to."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicnn.files import check_path

__all__ = ["as_toml", "read_toml"]


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the values of a TOML file, whatever they are.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If it is not TOML.
    """
    check_path(path)
    try:
        with Path(path).open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} does not exist, expected a TOML file.") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not a TOML file: {error}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a TOML file: it is not text in UTF-8.") from None


def as_toml(values: Mapping[str, Any]) -> str:
    """Write values as a TOML file; those that are dicts become its tables."""
    tables = {name: value for name, value in values.items() if isinstance(value, dict)}
    lines = [f"{name} = {_toml(values[name])}" for name in values if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(table[key])}" for key in table)]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """Write a number, a truth value or a text, whose escapes are those of JSON."""
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
