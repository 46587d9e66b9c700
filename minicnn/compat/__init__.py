"""Names and habits of Keras's scripts that the library itself does without.

Scripts meet this room through the modules that they import: :mod:`minicnn.models`,
:mod:`minicnn.utils`, :mod:`minicnn.preprocessing`. Of the other modules only :mod:`minicnn.public`
imports it, and nothing here is needed to understand the mathematics. docs/keras.md lists what there
is.
"""
