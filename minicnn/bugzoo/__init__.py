"""The bug zoo: mistakes that people really make, to practise on and to test the checks with.

    from minicnn.bugzoo import BUGS

    bug = BUGS["conv2d-kernel-reversed"]
    print(bug.code)        # the exercise: find the line
    print(bug.symptom)     # what a short training shows
    print(bug.check_it())  # what the checks say; check_it(MyConv2D) checks your repair
    print(bug.diff)        # the repair

The right code is in `copies/`; a mistake is a change of a line or two in it. The table is
docs/bug-zoo.md, written by ``python -m minicnn.bugzoo``.
"""

from minicnn.bugzoo.bug import Bug
from minicnn.bugzoo.dense_bugs import DENSE_BUGS
from minicnn.bugzoo.exhibits import EXHIBITS, Exhibit
from minicnn.bugzoo.image_bugs import IMAGE_BUGS
from minicnn.bugzoo.learning_bugs import LEARNING_BUGS
from minicnn.bugzoo.norm_bugs import NORM_BUGS

__all__ = ["BUGS", "EXHIBITS", "Bug", "Exhibit"]

#: Every mistake by its name.
BUGS: dict[str, Bug] = {
    bug.name: bug for bug in (*DENSE_BUGS, *IMAGE_BUGS, *NORM_BUGS, *LEARNING_BUGS)
}
