"""A bot that answers mothers on back and pelvic pain from a knowledge base that can be checked line by line."""

__version__ = "0.2.0"
