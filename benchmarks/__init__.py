"""minicnn beside TensorFlow/Keras and PyTorch on the CPU: ``python -m benchmarks``.

contenders/    one file per library: how it trains, predicts, and times one layer
worker.py      the process a contender lives in; processes.py starts it and asks it
interleave.py  A B A B ...: the turns, and what is made of their times
kernels.py     the library's kernels, each with its readable reference
parts/         what is measured, and the page that shows it
session.py     what the parts share; ratios.py the table at the end; report.py the files

train_in_keras.py is another program: it repeats a whole training in Keras.
"""

import os

#: The environment as the user has it, before a library adds to it: what contenders start with.
ENVIRONMENT = dict(os.environ)
