"""Every setting: read from the environment once, and handed on in parts."""
