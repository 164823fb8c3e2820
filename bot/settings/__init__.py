"""Every setting, stated once: its variable, default, help and how it is read; and the one value they become.

The only reader of the environment; its parts are handed on whole. It may know how an address or a key is written, and
nothing of who uses it.
"""
