"""Small runs of `python -m tests.fuzz`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.fuzz.run import feed
from tests.fuzz.updates import KINDS, Updates


async def test_every_kind_that_is_documented_is_handled(tmp_path: Path) -> None:
    assert await feed(tmp_path, 800, 1, malformed=0.0) == []


async def test_malformed_updates_do_no_harm(tmp_path: Path) -> None:
    assert await feed(tmp_path, 1200, 2, malformed=0.5) == []


def test_every_kind_is_made_and_the_same_seed_makes_the_same() -> None:
    made, again = Updates(1), Updates(1)
    updates = [made.next(0.0) for _ in range(3000)]
    assert set(Counter(kind for update in updates for kind in update if kind != "update_id")) == set(KINDS)
    assert updates == [again.next(0.0) for _ in range(3000)]
