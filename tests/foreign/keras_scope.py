"""Why a test of Keras does not apply here: from what it said to the reason.

Every rule names something that the library leaves out on purpose and that docs/keras.md lists, or
an error that is raised as in Keras but in other words. Whatever no rule covers has failed.
"""

from __future__ import annotations

import re

from foreign.outcomes import OutOfScope
from minicnn.configurable import DefinitionError

__all__ = ["BY_TENSORS", "KNOWN", "reason_for"]

#: Tests that fail here, by their names, with what differs.
KNOWN = {
    "test_beta_integer_type_raises_value_error": "beta=1 is taken for 1.0, Keras refuses it",
    "test_enable_lora_conv1d_kernel_size2_strides2": "LoRA, as everything of quantization",
    "test_enable_lora_conv1d_kernel_size3_strides1": "LoRA, as everything of quantization",
    "test_enable_lora_conv3d_kernel_size2_strides2": "LoRA, as everything of quantization",
    "test_enable_lora_conv3d_kernel_size3_strides1": "LoRA, as everything of quantization",
    "test_flatten_with_dynamic_batch_size_and_dynamic_dimenstions": "sizes stay as they are built",
    "test_input_basic_dense": "Input(batch_size=4) leaves the size of the batch open",
    "test_input_shape_deprecated": "InputLayer has no input_shape, which Keras deprecates",
    "test_quantize_by_setting_dtype_policy_float8": "quantization",
    "test_quantize_by_setting_dtype_policy_int4": "quantization",
    "test_quantize_by_setting_dtype_policy_int8": "quantization",
    "test_reduces_lr_with_model_fit": "the rate is not rounded to float32: 0.1 * 0.1 is not 0.01",
    "test_reshape_matches": "targets of shape (2, 1) do not fit predictions of (1, 2, 3)",
    "test_reshape_model_fit_with_varying_input_size_and_minus_one": "sizes stay as they are built",
    "test_threshold_not_float_raises_value_error": "threshold=1 is taken for 1.0, Keras refuses it",
}

BY_TENSORS = "a class of one's own whose derivative follows from tensor operations"
_NOT_HERE = "a name that minicnn does not have: {}"

#: Pattern in "Class: message" of the error, and the reason; the first that fits counts.
_RULES = (
    (r"minicnn has no ([^;]*); it is for images", "layers for other data: {}"),
    (r"NotImplementedError: (\w+): minicnn has no such", "a name that minicnn does not have: {}"),
    (r"NotImplementedError: .*minicnn", "refused, with a sentence that says so"),
    (r"[ ,]([a-z_]+)=.{1,60} is not supported; expected", "an argument that is refused: {}"),
    (r"axis must be the last one", "an argument that is refused: axis"),
    (r"dtype must be 'float32' or 'float64'", "mixed precision and quantization"),
    (r"orthogonal_regularizer", "a name that minicnn does not have: keras.regularizers.orthogonal"),
    (
        r"has no attribute '(quantize|enable_lora|_?lora.*|quantiz.*)'",
        "mixed precision and quantization",
    ),
    (r"compute_mask|keyword argument 'mask'|supports_masking", "masks"),
    (r"compute_output_(shape|spec)|symbolic", "tensors without values"),
    (r"must hold positive sizes.*got \(.*None", "tensors without values"),
    (r"unexpected keyword argument '(\w+)'", "an argument that is refused: {}"),
    (r"curve must be 'ROC' or 'PR', got 'PRGAIN'", "an argument that is refused: curve"),
    (
        r"has no attribute '(_\w+|variables|true_positives|dtype_policy|dtype|monitor_op)'",
        "inner variables of Keras",
    ),
    (r"has no attribute '(load_own_variables|call|noise_shape)'", "inner methods of Keras"),
    (
        r"expected a float32 or float64 array, got int|x holds integers",
        "integers as the input of a layer",
    ),
    (r"the layer was built for inputs of shape", "a layer that is called with another shape later"),
    (r"input_shape must hold positive sizes.*got \(\)", "samples that are single numbers"),
    (r"is not a callback method", "callbacks of predictions"),
    (r"'delta': 1.0", "Huber's config tells its delta, which Keras forgets"),
    (r"[Ss]parse is unsupported|not support sparse", "sparse and ragged tensors"),
    (r"Skipped", "Keras skips it, too"),
    (r"AssertionError: \".*\" does not match \"", "the error is raised, in other words"),
    (r"var_list", "weight decay excluded by variables"),
    (r"y holds NaN or infinite", "targets that are NaN: fit refuses them"),
)


def reason_for(error: BaseException) -> str:
    """Return why the test is out of scope; empty if it has failed."""
    if isinstance(error, DefinitionError):
        return BY_TENSORS
    if isinstance(error, OutOfScope):
        return _NOT_HERE.format(str(error))
    said = f"{type(error).__name__}: {error}"
    for pattern, reason in _RULES:
        found = re.search(pattern, said, re.DOTALL)
        if found:
            return reason.format(*found.groups())
    return ""
