"""Cross-entropy of probabilities: the mean over the samples of -sum_j y_j log p_j."""

import numpy as np

from minicnn.losses import Loss


class MyCrossEntropy(Loss):
    def forward(self, y_true, y_pred, sample_weight=None):
        n = len(y_pred)
        p = np.clip(y_pred, 1e-7, 1)
        loss = -np.sum(y_true * np.log(p)) / n
        return float(loss), (y_true, p)

    def backward(self, cache):
        y_true, p = cache
        n = len(p)
        return (-y_true / p / n).astype(p.dtype)
