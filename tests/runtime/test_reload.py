"""The knowledge base anew, in every process; a broken one never replaces one that works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import KnowledgeError
from bot.runtime.reload import KNOWLEDGE, KnowledgeReloader, generation_in_use
from bot.runtime.trial_build import problems_of, rehearse
from bot.settings.database_url import DatabaseUrl
from bot.store.database import Database
from bot.store.leases import Leases
from tests.conversation.chats import text_of

TOPIC = """
- id: lifting
  title: How do I lift?
  questions: [how do i lift, lifting my baby, may i lift]
  answer: Bend at your knees.
- id: walking
  title: May I walk?
  questions: [may i walk, walking after birth, when can i walk]
  answer: Short walks are fine.
"""


class Knowledge:
    topics = flags = ()


class Talk:
    """A conversation for tests: only its knowledge is looked at."""

    knowledge = Knowledge


class World:
    """Processes that share a database."""

    def __init__(self, database: Database) -> None:
        self.leases = Leases(database)
        self.problems: list[str] = []
        self.used: list[tuple[str, Any]] = []
        self.broken: set[str] = set()
        self.error: Exception = KnowledgeError("gone bad")
        self.meanwhile: Callable[[str], Awaitable[None]] = lambda _: asyncio.sleep(0)

    async def start(self, name: str) -> KnowledgeReloader:
        """As a process starts: the generation is read before the knowledge base is."""
        return self.process(name, await self.leases.value(KNOWLEDGE))

    def process(self, name: str, generation: int = 0) -> KnowledgeReloader:
        def build() -> Any:
            if name in self.broken:
                raise self.error
            return Talk()

        async def rehearsed(_root: Path) -> list[str]:
            await self.meanwhile(name)
            return self.problems

        def use(talk: Any) -> None:
            self.used.append((name, talk))

        return KnowledgeReloader(
            self.leases, build, use, root=Path("x"), generation=generation, look_s=0.01, rehearsed=rehearsed
        )


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def runs(world: World, *processes: KnowledgeReloader, until: Callable[[], bool]) -> None:
    stop = asyncio.Event()
    running = [asyncio.create_task(process.run(stop)) for process in processes]
    for _ in range(200):
        if until():
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.03)
    stop.set()
    await asyncio.gather(*running)


async def test_every_process_follows_once(world: World) -> None:
    one, other = world.process("one"), world.process("other")
    assert "in use" in text_of(await one.command())
    await runs(world, one, other, until=lambda: len(world.used) == 2)
    assert [name for name, _ in world.used] == ["one", "other"]


async def test_a_process_that_starts_later_has_it_already(world: World) -> None:
    await world.process("one").command()
    await runs(world, await world.start("late"), until=lambda: False)
    assert [name for name, _ in world.used] == ["one"]


async def test_a_broken_one_is_refused_with_its_problems(world: World) -> None:
    one, other = world.process("one"), world.process("other")
    world.problems = ["topics/a.yaml:3: lifting: bad"] * 40
    shown = text_of(await one.command())
    assert shown.startswith("Refused; the old one stays in use. Problems: 40")
    assert shown.count("topics/a.yaml:3") == 30
    await runs(world, one, other, until=lambda: False)
    assert not world.used


@pytest.mark.parametrize("error", [KnowledgeError("gone bad"), ZeroDivisionError("gone bad")])
async def test_what_breaks_after_the_check_is_refused_too(world: World, error: Exception) -> None:
    one = world.process("one")
    world.error = error
    world.broken.add("one")
    assert "Refused" in text_of(await one.command())
    await runs(world, one, until=lambda: False)
    assert not world.used


async def test_where_it_cannot_be_used_the_old_one_stays(world: World, caplog: pytest.LogCaptureFixture) -> None:
    one, other = world.process("one"), world.process("other")
    world.broken.add("other")
    await one.command()
    await runs(world, one, other, until=lambda: "reload-failed" in {getattr(r, "action", "") for r in caplog.records})
    assert [name for name, _ in world.used] == ["one"]
    world.broken.clear()
    await one.command()
    await runs(world, one, other, until=lambda: len(world.used) == 3)
    assert [name for name, _ in world.used] == ["one", "one", "other"]


async def test_a_reload_while_a_process_starts_is_followed(world: World) -> None:
    generation = await world.leases.value(KNOWLEDGE)
    await world.process("one").command()
    late = world.process("late", generation)  # it had read the files before they changed
    await runs(world, late, until=lambda: len(world.used) == 2)
    assert [name for name, _ in world.used] == ["one", "late"]


@pytest.mark.parametrize("builder", ["command", "run"])
async def test_a_reload_while_another_is_built_is_followed(world: World, builder: str) -> None:
    slow, quick = world.process("slow"), world.process("quick")
    overtaken = False

    async def overtake(name: str) -> None:
        nonlocal overtaken
        if name == "slow" and not overtaken:
            overtaken = True
            await quick.command()

    if builder == "command":
        world.meanwhile = overtake
        await slow.command()
    else:
        await world.leases.count(KNOWLEDGE)
        world.meanwhile = overtake
    await runs(world, slow, until=lambda: [name for name, _ in world.used].count("slow") == 2)
    assert [name for name, _ in world.used] == ["quick", "slow", "slow"]


async def test_the_generation_before_the_start(database: Database, database_url: str, tmp_path: Path) -> None:
    await Leases(database).count(KNOWLEDGE)
    assert await generation_in_use(DatabaseUrl.parse(database_url)) == 1
    missing = tmp_path / "none" / "bot.sqlite3"
    assert await generation_in_use(DatabaseUrl.of_file(missing)) == 0
    assert not missing.parent.exists()
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("no database at all " * 100)
    assert await generation_in_use(DatabaseUrl.of_file(broken)) == 0


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "kb" / "topics").mkdir(parents=True)
    (tmp_path / "kb" / "topics" / "move.yaml").write_text(TOPIC)
    return tmp_path / "kb"


async def test_the_rehearsal_in_a_process_of_its_own(small: Path) -> None:
    assert await rehearse(small) == []
    assert list((small.parent / "cache").rglob("topics-*.npz")), "what was trained is cached"
    (small / "topics" / "move.yaml").write_text(f"{TOPIC}\n- id: lifting\n  title: Twice\n")
    assert any(line.startswith("topics/move.yaml:1") for line in await rehearse(small))


async def test_a_rehearsal_that_fails_itself(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    (problem,) = await rehearse(small)
    assert "exit status 1" in problem


async def test_a_rehearsal_that_cannot_be_started(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(small / "missing"))
    (problem,) = await rehearse(small)
    assert "could not be started" in problem


def test_problems_of_a_folder_without_topics(tmp_path: Path) -> None:
    assert problems_of(tmp_path)
