"""What authors run on their texts: the checker, the evaluation, explain, drafts of new topics.

It may know everything that reads a knowledge base, and the store for the questions that found no answer. Nothing that
answers a mother depends on it, except that a broken knowledge base is explained by its checker; it knows no Telegram.
"""
