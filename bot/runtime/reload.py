"""The knowledge base anew, in every process, without a stop. A broken one never replaces one that works."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Block, BlockKind, Reply
from bot.errors import KnowledgeError, StoreError
from bot.knowledge.loader import built_in
from bot.log import report
from bot.runtime.stats import saying
from bot.runtime.trial_build import rehearse
from bot.shutdown import unless
from bot.store.leases import Leases

KNOWLEDGE = "knowledge"
"""Name of the number that is the generation in use: the instant of the last reload, in microseconds."""
LOOK_S = 3.0
_SHOWN = 30
"""Problems told at once; who has more runs `bot check`."""

_log = logging.getLogger(__name__)


class KnowledgeReloader:
    """Keeps the conversation of this process at the generation that all are to use."""

    def __init__(
        self,
        leases: Leases,
        build: Callable[[], Conversation],
        use: Callable[[Conversation], None],
        *,
        root: Path | None = None,
        clock: Callable[[], float] = time.time,
        look_s: float = LOOK_S,
        rehearsed: Callable[[Path], Awaitable[list[str]]] = rehearse,
    ) -> None:
        """Put it together, right after the conversation that is in use was built.

        Args:
            leases: shared by all processes.
            build: makes a conversation of the knowledge base, in a thread; raises KnowledgeError.
            use: puts it in the place of the one in use.
            root: folder of the knowledge base; None for the built-in one.
            clock: epoch seconds.
            look_s: between two looks for a new generation.
            rehearsed: tries a knowledge base out first; its problems.
        """
        self._leases = leases
        self._build = build
        self._use = use
        self._root = root or built_in()
        self._clock = clock
        self._look_s = look_s
        self._rehearsed = rehearsed
        self._current = self._now()
        self._one_at_a_time = asyncio.Lock()

    async def command(self) -> Reply:
        """An admin asks for it: the problems, or that it is in use."""
        async with self._one_at_a_time:
            conversation, problems = await self._built()
            if conversation is not None:
                generation = self._now()
                try:
                    await self._leases.put(KNOWLEDGE, generation)
                except StoreError as error:
                    problems = [str(error)]
                else:
                    self._take(conversation, generation)
                    known = conversation.knowledge
                    told = f"{len(known.topics)} topics and {len(known.flags)} flags. The other processes follow."
                    return saying(Block(text=f"The new knowledge base is in use: {told}"))
        _log.warning("A new knowledge base was refused: %d problems", len(problems), extra={"action": "reload-refused"})
        title = f"Refused; the old one stays in use. Problems: {len(problems)}"
        return saying(
            Block(kind=BlockKind.TITLE, text=title), Block(kind=BlockKind.TIPS, items=tuple(problems[:_SHOWN]))
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Follow what others have reloaded, until `stop` is set."""
        while not stop.is_set():
            try:
                wanted = await self._leases.value(KNOWLEDGE)
            except StoreError:
                wanted = 0
            if wanted > self._current:
                await unless(stop, self._follow(wanted))
            await unless(stop, asyncio.sleep(self._look_s))

    async def _follow(self, wanted: int) -> None:
        async with self._one_at_a_time:
            if wanted <= self._current:
                return
            conversation, problems = await self._built()
            if conversation is not None:
                self._take(conversation, wanted)
                return
            self._current = wanted  # not again and again: the next reload is a new try
            _log.error(
                "The new knowledge base cannot be used here, the old one stays: %s",
                "; ".join(problems[:_SHOWN]),
                extra={"action": "reload-failed"},
            )

    async def _built(self) -> tuple[Conversation | None, list[str]]:
        """The new one, tried out first; or None, and its problems."""
        if problems := await self._rehearsed(self._root):
            return None, problems
        try:
            return await asyncio.to_thread(self._build), []
        except KnowledgeError as error:
            return None, [str(error)]
        except Exception as error:  # noqa: BLE001 (whatever a file makes us stumble over, the old one goes on)
            report(error, "The knowledge base could not be built", "reload-failed")
            return None, [f"It could not be built: {type(error).__name__}; try: bot check"]

    def _take(self, conversation: Conversation, generation: int) -> None:
        self._use(conversation)
        self._current = generation
        _log.info("The knowledge base was reloaded", extra={"action": "reloaded"})

    def _now(self) -> int:
        return int(self._clock() * 1_000_000)
