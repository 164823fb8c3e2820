"""The questions of a set-up, and those that are asked by themselves: one class each.

A question says when it comes, how it is asked, what it reads of a typed answer and how an answer is taken. The order
stands in `order`; the flow around them (next, back, skip, once more) knows none of them by name.
"""
