"""Why some lines are not covered: by file and function, by file, or by folder.

`make coverage` prints the functions that have no reason here.
"""

__all__ = ["REASONS"]

REASONS: dict[str, str] = {}
