"""``python -m minicnn``: the command where the installed script is not on the path."""

import sys

from minicnn.cli import main

if __name__ == "__main__":
    sys.exit(main())
