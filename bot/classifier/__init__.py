"""Models that tell texts apart: features, a linear model, a small sentence encoder, and the files they are kept in.

It knows words and numbers only. What the classes mean (topics, flags, examples) is the business of matching and
triage, which train and use the models.
"""
