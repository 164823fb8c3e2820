"""The time arithmetic knows nothing of Telegram or the store, nor of the clock on the wall."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import importlib, pkgutil, sys
package = importlib.import_module("bot.schedule")
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*sorted(m for m in sys.modules if m.split(".")[0] == "telegram" or m.startswith(("bot.store", "bot.telegram"))))
"""
CLOCK = re.compile(r"\.now\(|\.today\(|\.utcnow\(|time\.time\(|monotonic\(|\brandom\b")


def test_it_imports_neither_telegram_nor_the_store() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_it_reads_no_clock_and_throws_no_dice() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "schedule").glob("*.py")}
    assert {name for name, source in sources.items() if CLOCK.search(source)} == set()
