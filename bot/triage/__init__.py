"""Red flags: patterns over phrases, who and when and denied, measurements, and models trained on the examples.

It may know the knowledge base, words and classifiers. It finds flags and says how sure it is; what is said about them
is the conversation's.
"""
