"""The documented network, and the one that comes with the package, trained."""
