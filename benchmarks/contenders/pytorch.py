"""PyTorch, as its tuning guide recommends for speed on a CPU.

Images and filters in ``channels_last`` order, ``inference_mode`` for predictions, the fused Adam,
gradients set to None; the variant "compile" adds ``torch.compile``, and for predictions the
compiler's "freezing", which folds the weights into the program.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.contenders.workload import CLASSES, LEARNING_RATE, images, targets, timed

__all__ = ["Contender"]

LAST = torch.channels_last
KERAS_MOMENTUM, KERAS_EPSILON, ADAM_EPSILON = 0.01, 1e-3, 1e-7  # PyTorch's 0.01 is Keras's 0.99


def network(specification: dict, size: int) -> nn.Sequential:
    """Build the documented network, layer for layer, up to its logits."""
    layers: list[nn.Module] = []
    norm = {"momentum": KERAS_MOMENTUM, "eps": KERAS_EPSILON}
    channels = 1
    for filters, kernel, rate in specification["convolutions"]:
        layers.append(nn.Conv2d(channels, filters, kernel, padding=kernel // 2))
        layers += [nn.BatchNorm2d(filters, **norm), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(rate)]
        channels, size = filters, size // 2
    layers.append(nn.Flatten())
    features = channels * size * size
    for units, rate in specification["dense"]:
        layers.append(nn.Linear(features, units))
        layers += [nn.BatchNorm1d(units, **norm), nn.ReLU(), nn.Dropout(rate)]
        features = units
    return nn.Sequential(*layers, nn.Linear(features, CLASSES)).to(memory_format=LAST)


class Contender:
    """The network of `folder`; the variant is "eager" or "compile"."""

    def __init__(self, folder: Path, variant: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.compiles = variant == "compile"
        if self.compiles:
            import torch._inductor.config as inductor  # loads the compiler

            inductor.freezing = True
        self.specification = json.loads((folder / "network.json").read_text())
        self._take(network(self.specification, 48), 48)
        with np.load(folder / "weights.npz") as arrays:
            _set_weights(self.model, [arrays[name] for name in arrays.files])

    def _take(self, model: nn.Sequential, size: int) -> None:
        self.model, self.size = model, size
        self.call = torch.compile(model, dynamic=False) if self.compiles else model
        self.adam = torch.optim.Adam(
            model.parameters(), LEARNING_RATE, eps=ADAM_EPSILON, fused=True
        )

    def _network(self, size: int, *, training: bool) -> None:
        if self.size != size:
            self._take(network(self.specification, size), size)
        self.model.train(training)

    def train(self, batch: int, size: int, steps: int, warmup: int) -> list[float]:
        self._network(size, training=True)
        x, labels = _images(batch, size), torch.from_numpy(targets(batch).argmax(axis=1))

        def step() -> float:
            self.adam.zero_grad(set_to_none=True)
            loss = nn.functional.cross_entropy(self.call(x), labels)
            loss.backward()
            self.adam.step()
            return loss.item()

        return timed(step, steps, warmup)

    def predict(self, batch: int, size: int, steps: int, warmup: int) -> list[float]:
        self._network(size, training=False)
        x = _images(batch, size)
        with torch.inference_mode():
            return timed(lambda: self.call(x).softmax(dim=1).numpy(), steps, warmup)

    def classify(self, images_: int) -> list[list[float]]:
        self._network(48, training=False)
        with torch.inference_mode():
            return self.model(_images(images_, 48)).softmax(dim=1).tolist()

    def layers(self, batch: int, steps: int) -> list[dict[str, Any]]:
        self._network(48, training=True)
        rows, x = [], _images(batch, 48)
        for name, layer in zip(self.specification["names"], self._all_layers(), strict=True):
            x = x.detach().requires_grad_()
            forward = timed(partial(layer, x), steps, 1)
            y = layer(x)
            gradients = {"outputs": y, "inputs": [x, *layer.parameters()], "retain_graph": True}
            gradients["grad_outputs"] = torch.randn_like(y)
            backward = timed(partial(torch.autograd.grad, **gradients), steps, 1)
            rows.append({"layer": name, "forward": forward, "backward": backward})
            x = y
        return rows

    def _all_layers(self) -> list[nn.Module]:
        return [*self.model, nn.Softmax(dim=1)]

    def sgemm(self, n: int, steps: int, warmup: int) -> list[float]:
        a, b = torch.rand((2, n, n))
        return timed(lambda: torch.mm(a, b), steps, warmup)

    def versions(self) -> dict[str, str]:
        return {"torch": torch.__version__}


def _images(batch: int, size: int) -> torch.Tensor:
    return torch.from_numpy(images(batch, size)).permute(0, 3, 1, 2).to(memory_format=LAST)


def _set_weights(model: nn.Sequential, arrays: list[np.ndarray]) -> None:
    """Copy the weights, which come in Keras's order and layout."""
    rest, channels = iter(arrays), 0
    for layer in model:
        if isinstance(layer, nn.Conv2d):
            _copy(layer.weight, next(rest).transpose(3, 2, 0, 1))
            _copy(layer.bias, next(rest))
            channels = layer.out_channels
        elif isinstance(layer, nn.Linear):
            kernel = next(rest).T
            if channels:  # the first one: Keras flattens to (h, w, c), PyTorch to (c, h, w)
                side = round((kernel.shape[1] // channels) ** 0.5)
                kernel = kernel.reshape(-1, side, side, channels).transpose(0, 3, 1, 2)
                channels = 0
            _copy(layer.weight, kernel.reshape(layer.weight.shape))
            _copy(layer.bias, next(rest))
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            for target in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                _copy(target, next(rest))


def _copy(target: torch.Tensor, source: np.ndarray) -> None:
    with torch.no_grad():
        target.copy_(torch.from_numpy(np.ascontiguousarray(source)))
