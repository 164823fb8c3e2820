"""Which topic a message is about: all topics ranked, and the decision to answer, to offer a few, or neither.

It may know the knowledge base, words and classifiers. It does not know what is then said, nor to whom.
"""
