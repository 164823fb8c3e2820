"""The proxy in front of the network, as most programs read it from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def proxy_for(url: str, env: Mapping[str, str]) -> str:
    """The proxy by which `url` is to be reached; empty for none.

    `HTTPS_PROXY` or `HTTP_PROXY`, after the scheme of `url`, unless its host is one of `NO_PROXY` or below one. The
    same names in small letters go before those in capital ones, also where they are empty.
    """
    split = urlsplit(url)
    proxy = _value(env, f"{split.scheme}_proxy")
    return "" if _is_exempt(split.hostname or "", _value(env, "no_proxy")) else proxy


def _is_exempt(host: str, exempt: str) -> bool:
    names = [name.strip().lstrip(".").lower() for name in exempt.split(",")]
    return exempt == "*" or any(name and f".{host}".endswith(f".{name}") for name in names)


def _value(env: Mapping[str, str], name: str) -> str:
    return env.get(name, env.get(name.upper(), ""))
