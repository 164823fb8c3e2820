"""The questions of a set-up, and those that are asked by themselves: one class each."""
