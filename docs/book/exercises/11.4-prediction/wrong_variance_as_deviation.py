"""Exercise 11.4: running statistics."""


def moved(running, value, momentum):
    """Return a running statistic after a batch that says `value`, by (11.14)."""
    return momentum * running + (1 - momentum) * value


def predict(x, gamma, beta, mean, variance, epsilon):
    """Normalise x (m, c) with running statistics (c,), then scale and shift."""
    return gamma * (x - mean) / (variance + epsilon) + beta
