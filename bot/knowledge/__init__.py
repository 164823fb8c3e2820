"""The knowledge base as values: models of the YAML files, the reader, and the problems it names with file and line.

It may know times and the numbers of the walk plan, and nothing of what is done with the texts: matching, triage and
the conversation are handed these values.
"""
