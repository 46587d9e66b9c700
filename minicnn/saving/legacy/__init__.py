"""How older versions of Keras named things, translated into today's names.

Configurations are translated as a whole (`networks`, `arguments`, `compilation`), and then read by
the same code as today's. Their HDF5 files are in `legacy_h5`.
"""
