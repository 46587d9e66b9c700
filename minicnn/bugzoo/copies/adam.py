"""Adam: running means of the gradient and of its square, both corrected for their start at 0."""

import numpy as np

from minicnn.optimizers import Optimizer


class MyAdam(Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **kwargs):
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        super().__init__(learning_rate, **kwargs)

    @property
    def slot_names(self):
        return ("m", "v")

    def update(self, w, g, slots, rate):
        m, v = slots["m"], slots["v"]
        t = self.iterations + 1
        m[...] = self.beta_1 * m + (1 - self.beta_1) * g
        v[...] = self.beta_2 * v + (1 - self.beta_2) * g**2
        m_hat = m / (1 - self.beta_1**t)
        v_hat = v / (1 - self.beta_2**t)
        w -= rate * m_hat / (np.sqrt(v_hat) + self.epsilon)
