"""A network of two layers and its training step, all by hand.

h = tanh(x W1 + b1),   z = h W2 + b2,   p = softmax(z)
"""

import numpy as np


class MyPerceptron:
    def __init__(self, inputs, hidden, classes, rate=0.1, l2=0.001, seed=0):
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": rng.normal(size=(inputs, hidden)) / np.sqrt(inputs),
            "b1": np.zeros(hidden),
            "W2": rng.normal(size=(hidden, classes)) / np.sqrt(hidden),
            "b2": np.zeros(classes),
        }
        self.rate = rate
        self.l2 = l2
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        h = np.tanh(x @ self.params["W1"] + self.params["b1"])
        z = h @ self.params["W2"] + self.params["b2"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return h, e / e.sum(axis=1, keepdims=True)

    def loss(self, x, y):
        p = self.forward(x)[1]
        penalty = self.l2 * (np.sum(self.params["W1"] ** 2) + np.sum(self.params["W2"] ** 2))
        return -np.sum(y * np.log(p)) / len(x) + penalty

    def step(self, x, y):
        h, p = self.forward(x)
        dz = (p - y) / len(x)
        dh = dz @ self.params["W2"].T
        da = dh * (1 - h**2)
        self.grads["W2"] = h.T @ dz + 2 * self.l2 * self.params["W2"]
        self.grads["b2"] = dz.sum(axis=0)
        self.grads["W1"] = x.T @ da + 2 * self.l2 * self.params["W1"]
        self.grads["b1"] = da.sum(axis=0)
        for name in self.params:
            self.params[name] -= self.rate * self.grads[name]
