"""The loops of the hot path, compiled by Numba.

Each file shows a readable reference on top and the fast loop below it; tests hold one against
the other. Kernels run without Numba's own threading layers: :mod:`minicnn.kernels.threads`
splits the work over a pool of ordinary Python threads, and the compiled loops release the GIL.
"""
