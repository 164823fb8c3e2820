"""`python -m tests.fuzz`: 100,000 random updates. Exit status 1 where anything goes wrong."""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
import time
from pathlib import Path

from tests.fuzz.run import feed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--malformed", type=float, default=0.25, help="share of malformed updates")
    given = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bot-fuzz-") as folder:
        wrong = asyncio.run(feed(Path(folder), given.count, given.seed, malformed=given.malformed))
    for line in wrong[:50]:
        print(line)
    print(f"{given.count} updates, {given.malformed:.0%} malformed, seed {given.seed}: {len(wrong)} things went wrong, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
