"""The figures of `bot eval` do not fall: floors a little below what was measured, on our own set and the shared one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.authoring.evaluation import Floors, evaluate, report
from bot.factory import build_conversation

ROOT = Path(__file__).resolve().parents[2]

SETS = {
    ROOT / "tests" / "eval": (
        "right-or-offered=94",
        "right=87",
        "wrong=3",
        "outside-answered=5",
        "emergency-caught=96",
        "emergency-alarm=90",
        "urgent-caught=97",
        "soon-caught=97",
        "flag-named=88",
        "near-alarm=5",
        "near-check=12",
        "questions-alarm=1.3",
        "questions-check=4",
    ),
    ROOT / "tests" / "eval_blind": (
        "right-or-offered=94",
        "right=88",
        "wrong=3",
        "outside-answered=4",
        "emergency-caught=96",
        "emergency-alarm=90",
        "urgent-caught=98",
        "soon-caught=95",
        "flag-named=92",
        "near-alarm=3",
        "near-check=6",
        "questions-alarm=1",
        "questions-check=3.5",
    ),
    ROOT.parent / "shared" / "eval": (
        "right-or-offered=92",
        "right=85",
        "wrong=4",
        "outside-answered=4",
        "emergency-caught=98",
        "emergency-alarm=94",
        "urgent-caught=98",
        "soon-caught=95",
        "flag-named=93",
        "near-alarm=4",
        "near-check=10",
        "questions-alarm=1",
        "questions-check=3",
    ),
}


@pytest.mark.parametrize("folder", SETS, ids=["own", "blind", "shared"])
def test_floors(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not there")
    result = evaluate(build_conversation(), folder)
    assert not Floors.read(SETS[folder]).failures(result), report(result, misses=True)
