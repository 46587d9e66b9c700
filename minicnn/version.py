"""The version, by the rules of semantic versioning."""

__version__ = "0.3.0"
