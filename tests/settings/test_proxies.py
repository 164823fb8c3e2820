"""The proxy of an address: what urllib, and with it most programs of Python, makes of the same variables."""

from __future__ import annotations

import os
import urllib.request
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.proxies import proxy_for

URLLIB: Any = urllib.request
NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")
HOSTS = ("api.telegram.org", "telegram.org", "127.0.0.1", "localhost", "bot-api")
EXEMPT = st.lists(st.sampled_from((*HOSTS, ".telegram.org", "ORG", "elegram.org", "", " localhost ", "*")), max_size=3)


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, ""),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"}, "http://q:2"),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": ""}, ""),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, ""),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": "localhost, .Telegram.org"}, ""),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "gram.org"}, "http://p:1"),
    ],
)
def test_the_proxy_of_telegram(env: dict[str, str], expected: str) -> None:
    assert proxy_for("https://api.telegram.org", env) == expected


@given(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("", "http://p:1", "http://q:2"))),
    st.dictionaries(st.sampled_from(("NO_PROXY", "no_proxy")), EXEMPT.map(",".join)),
    st.sampled_from(("http", "https")),
    st.sampled_from(HOSTS),
)
def test_any_environment_is_read_as_urllib_reads_it(
    proxies: dict[str, str], exempt: dict[str, str], scheme: str, host: str
) -> None:
    env, url = {**proxies, **exempt}, f"{scheme}://{host}:8081"
    with mock.patch.dict(os.environ, env, clear=True):
        bypass = URLLIB.proxy_bypass_environment(urlsplit(url).hostname)
        expected = "" if bypass else URLLIB.getproxies_environment().get(scheme, "")
    assert proxy_for(url, env) == expected
