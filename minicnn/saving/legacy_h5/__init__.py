"""Keras's older HDF5 files: whole models (`model_file`), and the layout of weights (`weights`)."""
