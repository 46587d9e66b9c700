"""Gradient descent with momentum: v = m v - rate g, then w = w + v."""

from minicnn.optimizers import Optimizer


class MyMomentum(Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        self.momentum = momentum
        super().__init__(learning_rate, **kwargs)

    @property
    def slot_names(self):
        return ("momentum",)

    def update(self, w, g, slots, rate):
        v = slots["momentum"]
        v *= self.momentum
        v -= rate * g
        w += v
