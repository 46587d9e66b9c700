"""The documented network, and the trained one that comes with the package."""
