"""The rooms keep to the table in docs/architecture.md, and every room, error and log line to one habit."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.errors import BotError
from tests.conftest import ROOT

TABLE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Rooms")[2].partition("\n## ")[0]
OPEN_TO_ALL = {"backoff", "errors", "log", "shutdown", "__init__"}
FILES = sorted((ROOT / "bot").rglob("*.py"))
PURE = ("schedule", "language", "timezones", "knowledge", "matching", "triage", "conversation")
"""They get the time handed in. Training (classifier) draws in a fixed order from a seed."""
CLOCK = re.compile(r"\b(?:date|datetime)\.(?:now|today|utcnow)\(|time\.time\(|monotonic\(|\brandom\.")
DRIVERS = {"sqlite3", "asyncpg", "sqlalchemy", "alembic"}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "bot").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, also within its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "bot":
            yield from (f"bot.{alias.name}" for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def allowed() -> dict[str, set[str]]:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", TABLE, re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", listed)) for room, listed in rows}


def found() -> dict[str, set[str]]:
    edges: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        room = room_of(path)
        rooms = {name.split(".")[1] for name in imports(path) if name.startswith("bot.")}
        edges[room] |= rooms - OPEN_TO_ALL - {room}
    return {room: edges[room] for room in edges if room not in OPEN_TO_ALL | {"__main__"}}


def test_each_room_imports_what_its_row_says_and_nothing_else() -> None:
    assert found() == allowed()


def test_no_room_reaches_another_that_reaches_it_back() -> None:
    rows, edges = list(allowed()), allowed()
    below: set[str] = set()
    for room in rows:  # the table is in an order in which every room stands below those that import it
        assert edges[room] <= below, room
        below.add(room)


@pytest.mark.parametrize(
    ("packages", "rooms"),
    [({"telegram"}, {"telegram", "runtime"}), (DRIVERS, {"store", "log"}), ({"platformdirs"}, {"settings", "factory"})],
    ids=["telegram", "drivers", "folders"],
)
def test_a_library_belongs_to_its_rooms(packages: set[str], rooms: set[str]) -> None:
    users = {room_of(p) for p in FILES for name in imports(p) if name.split(".")[0] in packages}
    assert users <= rooms


@pytest.mark.parametrize("room", PURE)
def test_the_core_reads_no_clock_and_throws_no_dice(room: str) -> None:
    sources = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / "bot" / room).rglob("*.py")}
    assert {name for name, source in sources.items() if CLOCK.search(source)} == set()


@pytest.mark.parametrize("door", sorted((ROOT / "bot").rglob("__init__.py")), ids=lambda p: p.parent.name)
def test_a_door_says_what_the_room_does(door: Path) -> None:
    text = ast.get_docstring(ast.parse(door.read_text(encoding="utf-8"))) or ""
    least = 8 if room_of(door) in OPEN_TO_ALL or "migrations" in door.parts else 25
    assert len(text.split()) >= least


def test_every_error_descends_from_one() -> None:
    modules = [
        importlib.import_module(m.name) for m in pkgutil.walk_packages(bot.__path__, "bot.") if not _runs(m.name)
    ]
    errors = {
        cls
        for module in modules
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Exception) and cls.__module__.startswith("bot.")
    }
    assert len(errors) >= 15
    assert {cls.__qualname__ for cls in errors if not issubclass(cls, BotError)} == set()


def _runs(name: str) -> bool:
    """Modules that do their work when they are imported: the program itself, and what Alembic calls."""
    return name == "bot.__main__" or name.endswith("migrations.env")


def test_log_lines_are_written_one_way() -> None:
    for path in FILES:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"^(?!_log\b)\w+ = logging\.getLogger\(__name__\)", source, re.MULTILINE), path
        actions = re.findall(r'"action": f?"([^"]*)"', source) + re.findall(r'\breport\([^()]*"([\w-]+)"\)', source)
        assert [a for a in actions if not re.fullmatch(r"[a-z]+(?:-[a-z{}_.]+)*", a)] == [], path


def test_modules_are_short() -> None:
    assert {str(p): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400} == {}


def test_arguments_are_described_in_one_form() -> None:
    """A section "Args:", a line each; `make lint` (DOC102) holds the names to those of the function."""
    others = re.compile(r'(?:^|\s|""")(?:Arguments?|Parameters|:param)\b.*:', re.MULTILINE)
    found = {
        f"{path.name}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and others.search(ast.get_docstring(node) or "")
    }
    assert found == set()
