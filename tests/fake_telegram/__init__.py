"""A Bot API on 127.0.0.1, for tests and for `bench`: the unmodified bot talks to it over HTTP.

`server` is the API and `methods` what can be called on it; `people` write and press, one by one as a test says, or as a
`crowd` that asks without end. `limits` and `troubles` are what Telegram refuses and what goes wrong. As a program
(`python -m tests.fake_telegram`, `remote`) it takes no time from the process that measures.
"""
