"""Mistakes in normalisation, dropout and penalties."""

from minicnn.bugzoo.bug import Bug

__all__ = ["NORM_BUGS"]

_MOVE_MEAN = 'self.state["mean"] = m * self.state["mean"] + (1 - m) * mean'
_MOVE_VARIANCE = 'self.state["variance"] = m * self.state["variance"] + (1 - m) * variance'
_BATCH = "        if training:\n            mean, variance = x.mean(axis=axes), x.var(axis=axes)\n"

NORM_BUGS = (
    Bug(
        "batch-norm-constants",
        "batch_norm",
        "Mean and variance are taken for constants in backward.",
        "They depend on x: two terms more.",
        (("dx_hat = dx_hat - mean - x_hat * slope", "pass"),),
        "gradients",
        "missing term",
        "labmlai/annotated_deep_learning_paper_implementations, batch_norm",
    ),
    Bug(
        "batch-norm-no-variance-term",
        "batch_norm",
        "The derivative through the variance is missing.",
        "- x_hat * mean(dx_hat * x_hat).",
        (("dx_hat = dx_hat - mean - x_hat * slope", "dx_hat = dx_hat - mean"),),
        "gradients",
        "missing term",
    ),
    Bug(
        "batch-norm-no-gamma",
        "batch_norm",
        "The factor gamma is missing in dx. At the start gamma is 1, and nothing shows.",
        "dx_hat = dy * gamma.",
        (('dx_hat = dy * self.params["gamma"]', "dx_hat = dy"),),
        "gradients",
        "missing factor",
        "cf. HomericIntelligence/Odyssey #3174",
    ),
    Bug(
        "batch-norm-momentum-swapped",
        "batch_norm",
        "momentum and 1 - momentum are exchanged: the statistics follow the last batch.",
        "The old value keeps the larger share.",
        (
            (_MOVE_MEAN, 'self.state["mean"] = (1 - m) * self.state["mean"] + m * mean'),
            (
                _MOVE_VARIANCE,
                'self.state["variance"] = (1 - m) * self.state["variance"] + m * variance',
            ),
        ),
        "statistics",
        "momentum swapped",
        "cs231n/cs231n.github.io #180; d2l-ai/d2l-en #2213",
    ),
    Bug(
        "batch-norm-never-moved",
        "batch_norm",
        "The running statistics are never updated, so inference uses 0 and 1.",
        "Move them towards the batch's in every training step.",
        (
            (f"            {_MOVE_MEAN}\n            {_MOVE_VARIANCE}\n", ""),
            ("            m = self.momentum\n", ""),
        ),
        "statistics",
        "statistics never move",
        "taki0112/Switchable_Normalization-Tensorflow #2",
    ),
    Bug(
        "batch-norm-unused",
        "batch_norm",
        "Inference uses the batch's statistics: a prediction depends on its neighbours.",
        "Use the running statistics in inference.",
        (
            (_BATCH, _BATCH.replace("        if training:\n    ", "") + "        if training:\n"),
            (
                "        else:\n"
                '            mean, variance = self.state["mean"], self.state["variance"]\n',
                "",
            ),
            (
                "        if training:\n            mean = dx_hat",
                "        if True:\n            mean = dx_hat",
            ),
        ),
        "statistics",
        "statistics unused",
    ),
    Bug(
        "batch-norm-moves-in-inference",
        "batch_norm",
        "The running statistics also move in inference: the model changes with what it is shown.",
        "Only training moves them.",
        (
            (
                'mean, variance = self.state["mean"], self.state["variance"]\n',
                'mean, variance = self.state["mean"], self.state["variance"]\n'
                "            m = mean.dtype.type(0.9)\n"
                "            moved = m * mean + (1 - m) * x.mean(axis=axes)\n"
                '            self.state["mean"] = moved.astype(mean.dtype)\n',
            ),
        ),
        "statistics",
        "changed in place",
    ),
    Bug(
        "batch-norm-unbiased",
        "batch_norm",
        "forward divides the variance by m - 1, backward differentiates the one divided by m.",
        "One variance in both; for normalising, the biased one.",
        (
            (
                "variance = x.mean(axis=axes), x.var(axis=axes)",
                "variance = x.mean(axis=axes), x.var(axis=axes, ddof=1)",
            ),
        ),
        "gradients",
        "missing term",
        "pytorch/pytorch #19902",
    ),
    Bug(
        "batch-norm-no-epsilon",
        "batch_norm",
        "backward divides by the standard deviation without epsilon.",
        "Divide by what forward divided by.",
        (
            (
                "dx = dx_hat / std",
                "dx = dx_hat / np.sqrt(std**2 - self.epsilon)",
            ),
        ),
        "gradients",
        "missing factor",
    ),
    Bug(
        "batch-norm-dgamma-of-x",
        "batch_norm",
        "The gradient of gamma multiplies dy by the output instead of the normalised input.",
        "gamma was multiplied by x_hat.",
        (
            (
                "dgamma = (dy * x_hat)",
                'dgamma = (dy * (self.params["gamma"] * x_hat + self.params["beta"]))',
            ),
        ),
        "gradients",
        "missing term",
    ),
    Bug(
        "layer-norm-over-the-batch",
        "layer_norm",
        "Mean and variance run over the samples: a batch normalisation by mistake.",
        "axis=-1: each sample on its own.",
        (
            ("mean = x.mean(axis=-1, keepdims=True)", "mean = x.mean(axis=0, keepdims=True)"),
            ("x.var(axis=-1, keepdims=True)", "x.var(axis=0, keepdims=True)"),
            ("mean = dx_hat.mean(axis=-1,", "mean = dx_hat.mean(axis=0,"),
            ("(dx_hat * x_hat).mean(axis=-1,", "(dx_hat * x_hat).mean(axis=0,"),
        ),
        "samples",
        "wrong axis",
    ),
    Bug(
        "layer-norm-leak",
        "layer_norm",
        "The mean is that of the whole batch, because the axis was forgotten.",
        "x.mean(axis=-1, keepdims=True).",
        (
            ("mean = x.mean(axis=-1, keepdims=True)", "mean = x.mean()"),
            (
                "std = np.sqrt(x.var(axis=-1, keepdims=True) + self.epsilon)",
                "std = np.sqrt(x.var() + self.epsilon)",
            ),
            ("mean = dx_hat.mean(axis=-1, keepdims=True)", "mean = dx_hat.mean()"),
            ("(dx_hat * x_hat).mean(axis=-1, keepdims=True)", "(dx_hat * x_hat).mean()"),
        ),
        "samples",
        "wrong axis",
    ),
    Bug(
        "dropout-no-mask",
        "dropout",
        "backward forgets the mask: what was dropped gets a derivative.",
        "dx = dy * mask / (1 - rate), the same mask.",
        (("dx = dy * mask / (1 - self.rate)", "dx = dy / (1 - self.rate)"),),
        "gradients",
        "mask not applied",
        "cf. kaldi-asr/kaldi #3890",
    ),
    Bug(
        "dropout-another-mask",
        "dropout",
        "backward draws a new mask.",
        "Keep the mask of forward in the cache.",
        (
            (
                "        mask = cache\n",
                "        mask = cache\n        if mask is not None:\n"
                "            mask = self.mask(1234, dy.shape)\n",
            ),
        ),
        "gradients",
        "wrong mask",
    ),
    Bug(
        "dropout-not-scaled",
        "dropout",
        "What is kept is not scaled by 1 / (1 - rate): in inference numbers are larger.",
        "Divide by 1 - rate in training, and the expectation stays.",
        (
            ("y = x * mask / (1 - self.rate)", "y = x * mask"),
            ("dx = dy * mask / (1 - self.rate)", "dx = dy * mask"),
        ),
        "inference",
        "constant ratio",
    ),
    Bug(
        "dropout-scaled-in-inference",
        "dropout",
        "Inference multiplies by 1 - rate, although training has divided by it.",
        "One of the two: with inverted dropout, inference is the identity.",
        (
            ("return x, None", "return x * (1 - self.rate), None"),
            ("return dy, {}", "return dy * (1 - self.rate), {}"),
        ),
        "inference",
        "constant ratio",
    ),
    Bug(
        "dropout-scaled-twice",
        "dropout",
        "Training divides by 1 - rate twice.",
        "Once.",
        (
            ("y = x * mask / (1 - self.rate)", "y = x * mask / (1 - self.rate) ** 2"),
            ("dx = dy * mask / (1 - self.rate)", "dx = dy * mask / (1 - self.rate) ** 2"),
        ),
        "inference",
        "constant ratio",
        "Angel-ML/mlcore #5",
    ),
    Bug(
        "dropout-always-on",
        "dropout",
        "Inference drops, too: every prediction is another.",
        "Look at `training`.",
        (("        if not training:\n            return x, None\n", ""),),
        "inference",
        "active in inference",
    ),
    Bug(
        "dropout-rate-kept",
        "dropout",
        "rate is taken for the share that is kept.",
        "mask = random >= rate keeps 1 - rate.",
        (("rng.random(shape) >= self.rate", "rng.random(shape) < self.rate"),),
        "inference",
        "constant ratio",
    ),
    Bug(
        "l2-factor",
        "l2",
        "The gradient of factor * w^2 lacks the 2.",
        "2 * factor * w, or define the penalty as factor / 2 * w^2.",
        (("return 2 * self.factor * w", "return self.factor * w"),),
        "penalties",
        "factor of 2",
        "cs231n/cs231n.github.io #89",
    ),
    Bug(
        "l2-sign",
        "l2",
        "The penalty is subtracted: it makes weights grow.",
        "The gradient points to larger penalties; the optimizer goes the other way.",
        (("return 2 * self.factor * w", "return -2 * self.factor * w"),),
        "penalties",
        "wrong sign",
    ),
)
