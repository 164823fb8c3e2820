"""Which parts of an album are answered."""

from __future__ import annotations

import pytest

from bot.telegram import albums
from bot.telegram.albums import Albums


def test_one_refusal_an_album() -> None:
    seen = Albums()
    assert [seen.is_answered(1, "a", n, has_words=False) for n in range(5)] == [False, True, True, True, True]
    assert not seen.is_answered(1, "a", 0, has_words=False), "the first, tried again"
    assert not seen.is_answered(2, "a", 9, has_words=False)
    assert not seen.is_answered(1, "b", 9, has_words=False)


def test_words_are_always_read_and_need_no_refusal_beside_them() -> None:
    seen = Albums()
    assert [seen.is_answered(1, "a", n, has_words=n == 0) for n in range(3)] == [False, True, True]
    late = Albums()
    assert [late.is_answered(1, "a", n, has_words=n == 1) for n in range(3)] == [False, False, True]


def test_photos_sent_alone_are_no_album() -> None:
    seen = Albums()
    assert not any(seen.is_answered(1, None, n, has_words=False) for n in range(3))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "MOST_KEPT", 2)
    seen = Albums()
    for name in "abc":
        seen.is_answered(1, name, 1, has_words=False)
    assert not seen.is_answered(1, "a", 2, has_words=False)
    assert seen.is_answered(1, "c", 2, has_words=False)
