"""Check your answer to an exercise: python docs/book/exercises/check.py 1.3 mine.py."""

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).parent


def load(path):
    """Run a Python file and return it as a module."""
    spec = importlib.util.spec_from_file_location(f"answer_{Path(path).stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(number, path):
    """Return the exit code: 0 if the answer in the file is right."""
    folders = list(HERE.glob(f"{number}-*"))
    if not folders:
        print(f"There is no exercise {number} in code.")
        return 2
    answer = load(path)
    try:
        load(folders[0] / "check.py").check(answer)
    except (AssertionError, AttributeError) as error:
        print(f"Exercise {number}: not yet: {error}")
        return 1
    print(f"Exercise {number}: right.")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
