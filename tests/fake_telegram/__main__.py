"""`python -m tests.fake_telegram`: serve until killed, or until whoever started this goes away."""

from __future__ import annotations

import asyncio
import sys

from tests.fake_telegram.control import Control


async def main() -> None:
    serving = asyncio.create_task(Control().run())
    await asyncio.to_thread(sys.stdin.read)
    serving.cancel()


if __name__ == "__main__":
    asyncio.run(main())
