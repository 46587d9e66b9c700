"""Optimizers and schedules once more: on one number, in plain Python, as the formulas stand.

A step has no gradient to check, so each is computed a second time from its formula. These
functions are short enough to be compared with the papers that docs/math/ names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

__all__ = ["RATES", "STEPS"]

Memory = dict[str, float]
#: 0.96 in float32, to which Keras rounds it, but not in the product.
_GROWTH = 0.9599999785423279


def sgd(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Follow the gradient; with momentum v, follow v."""
    v = o.momentum * memory.get("v", 0.0) - o.learning_rate * g
    memory["v"] = v
    return w + (o.momentum * v - o.learning_rate * g if o.nesterov else v)


def adam(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Divide the mean gradient by its root mean square; AdamW first shrinks the weight."""
    w -= o.learning_rate * (o.weight_decay or 0.0) * w
    m = o.beta_1 * memory.get("m", 0.0) + (1 - o.beta_1) * g
    v = o.beta_2 * memory.get("v", 0.0) + (1 - o.beta_2) * g * g
    memory.update(m=m, v=v)
    rate = o.learning_rate * math.sqrt(1 - o.beta_2**t) / (1 - o.beta_1**t)
    return w - rate * m / (math.sqrt(v) + o.epsilon)


def rmsprop(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Divide the gradient by its root mean square, or by its standard deviation (centered)."""
    v = o.rho * memory.get("v", 0.0) + (1 - o.rho) * g * g
    mean = o.rho * memory.get("mean", 0.0) + (1 - o.rho) * g if o.centered else 0.0
    step = o.learning_rate * g / math.sqrt(v - mean * mean + o.epsilon)
    step += o.momentum * memory.get("step", 0.0)
    memory.update(v=v, mean=mean, step=step)
    return w - step


def adagrad(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Divide the gradient by the root of the sum of all squares so far."""
    memory["sum"] = memory.get("sum", o.initial_accumulator_value) + g * g
    return w - o.learning_rate * g / math.sqrt(memory["sum"] + o.epsilon)


def adadelta(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Divide the gradient by its root mean square, and multiply by that of the steps."""
    v = o.rho * memory.get("v", 0.0) + (1 - o.rho) * g * g
    before = memory.get("steps", 0.0)
    step = -math.sqrt(before + o.epsilon) / math.sqrt(v + o.epsilon) * g
    memory.update(v=v, steps=o.rho * before + (1 - o.rho) * step * step)
    return w + o.learning_rate * step


def adamax(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Divide the mean gradient by the largest gradient so far, which fades."""
    m = o.beta_1 * memory.get("m", 0.0) + (1 - o.beta_1) * g
    u = max(o.beta_2 * memory.get("u", 0.0), abs(g))
    memory.update(m=m, u=u)
    return w - o.learning_rate / (1 - o.beta_1**t) * m / (u + o.epsilon)


def nadam(w: float, g: float, t: int, memory: Memory, o: Any) -> float:
    """Adam with the momentum of the next step."""
    now = o.beta_1 * (1 - 0.5 * _GROWTH**t)
    ahead = o.beta_1 * (1 - 0.5 * _GROWTH ** (t + 1))
    product = memory.get("product", 1.0) * o.beta_1 * (1 - 0.5 * 0.96**t)
    m = o.beta_1 * memory.get("m", 0.0) + (1 - o.beta_1) * g
    v = o.beta_2 * memory.get("v", 0.0) + (1 - o.beta_2) * g * g
    memory.update(m=m, v=v, product=product)
    mean = ahead * m / (1 - product * ahead) + (1 - now) * g / (1 - product)
    return w - o.learning_rate * mean / (math.sqrt(v / (1 - o.beta_2**t)) + o.epsilon)


#: From an optimizer's class to the step of one number w with the gradient g, the t-th one.
STEPS: dict[str, Callable[[float, float, int, Memory, Any], float]] = {
    "SGD": sgd,
    "Adam": adam,
    "AdamW": adam,
    "RMSprop": rmsprop,
    "Adagrad": adagrad,
    "Adadelta": adadelta,
    "Adamax": adamax,
    "Nadam": nadam,
}


def cosine(t: int, s: Any) -> float:
    """Rise on a line, then fall along half a cosine."""
    if t < s.warmup_steps:
        rise = s.warmup_target - s.initial_learning_rate
        return s.initial_learning_rate + rise * t / s.warmup_steps
    done = min((t - s.warmup_steps) / s.decay_steps, 1)
    return s.warmup_target * ((1 - s.alpha) * (1 + math.cos(math.pi * done)) / 2 + s.alpha)


def restarts(t: int, s: Any) -> float:
    """Fall along half a cosine; each time, begin again lower and for longer."""
    length, height = float(s.first_decay_steps), 1.0
    while t >= length:
        t, length, height = t - int(length), length * s.t_mul, height * s.m_mul
    fall = height * (1 + math.cos(math.pi * t / length)) / 2
    return s.initial_learning_rate * ((1 - s.alpha) * fall + s.alpha)


def polynomial(t: int, s: Any) -> float:
    """Fall along a power."""
    left = 1 - min(t, s.decay_steps) / s.decay_steps
    return (s.initial_learning_rate - s.end_learning_rate) * left**s.power + s.end_learning_rate


#: From a schedule's class to its rate at step t.
RATES: dict[str, Callable[[int, Any], float]] = {
    "ExponentialDecay": lambda t, s: s.initial_learning_rate * s.decay_rate ** (t / s.decay_steps),
    "InverseTimeDecay": lambda t, s: (
        s.initial_learning_rate / (1 + s.decay_rate * t / s.decay_steps)
    ),
    "PolynomialDecay": polynomial,
    "PiecewiseConstantDecay": lambda t, s: s.values[sum(t > b for b in s.boundaries)],
    "CosineDecay": cosine,
    "CosineDecayRestarts": restarts,
}
