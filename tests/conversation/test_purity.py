"""The core knows nothing of Telegram or the store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import importlib, pkgutil, sys
for name in ("knowledge", "matching", "triage", "schedule", "conversation"):
    package = importlib.import_module("bot." + name)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(*sorted(m for m in sys.modules if m.split(".")[0] == "telegram" or m.startswith(("bot.store", "bot.telegram"))))
"""


def test_the_core_imports_neither_telegram_nor_the_store() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
