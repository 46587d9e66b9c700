"""Settings that hold for the whole suite."""

from hypothesis import HealthCheck, settings

# The first call of a kernel compiles it, which no deadline can foresee.
settings.register_profile(
    "minicnn",
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# For kernels that run as plain Python (tests/test_jit_modes.py): each example takes long.
settings.register_profile("few", settings.get_profile("minicnn"), max_examples=5)
settings.load_profile("minicnn")
