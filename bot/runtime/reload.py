"""The knowledge base anew, in every process, without a stop. A broken one never replaces one that works."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Block, BlockKind, Reply
from bot.errors import KnowledgeError, StoreError
from bot.knowledge.loader import built_in
from bot.log import report
from bot.runtime.stats import saying
from bot.runtime.trial_build import rehearse
from bot.settings.database_url import DatabaseUrl
from bot.shutdown import unless
from bot.store.factory import open_database
from bot.store.leases import Leases

KNOWLEDGE = "knowledge"
"""Name of the number that is the generation in use: each reload adds one. Only whether it is another one counts."""
LOOK_S = 3.0
_SHOWN = 30
"""Problems told at once; who has more runs `bot check`."""

_log = logging.getLogger(__name__)


async def generation_in_use(url: DatabaseUrl) -> int:
    """The generation that the processes over a database are at; 0 where there is none, or it does not say.

    Asked before the knowledge base is read at the start: who reads files that change meanwhile follows afterwards.
    """
    path = url.sqlite_path
    if path is not None and not path.exists():  # opening it would make it
        return 0
    try:
        database = open_database(url)
        try:
            return await Leases(database).value(KNOWLEDGE)
        finally:
            await database.close()
    except StoreError:  # whether it can be used is found out when it is opened for good
        return 0


class KnowledgeReloader:
    """Keeps the conversation of this process at the generation that all are to use."""

    def __init__(
        self,
        leases: Leases,
        build: Callable[[], Conversation],
        use: Callable[[Conversation], None],
        *,
        root: Path | None = None,
        generation: int = 0,
        look_s: float = LOOK_S,
        rehearsed: Callable[[Path], Awaitable[list[str]]] = rehearse,
    ) -> None:
        """Put it together.

        Args:
            leases: shared by all processes.
            build: makes a conversation of the knowledge base, in a thread; raises KnowledgeError.
            use: puts it in the place of the one in use.
            root: folder of the knowledge base; None for the built-in one.
            generation: the one in use before the conversation was built, see `generation_in_use`.
            look_s: between two looks for a new generation.
            rehearsed: tries a knowledge base out first; its problems.
        """
        self._leases = leases
        self._build = build
        self._use = use
        self._root = root or built_in()
        self._look_s = look_s
        self._rehearsed = rehearsed
        self._current = generation
        self._one_at_a_time = asyncio.Lock()

    async def command(self) -> Reply:
        """An admin asks for it: the problems, or that it is in use."""
        async with self._one_at_a_time:
            try:
                before = await self._leases.value(KNOWLEDGE)
                conversation, problems = await self._built()
                generation = await self._leases.count(KNOWLEDGE) if conversation is not None else before
            except StoreError as error:
                conversation, problems = None, [str(error)]
            else:
                if conversation is not None:
                    # Where somebody else reloaded meanwhile, theirs may be newer: what is counted then is followed.
                    self._take(conversation, generation if generation == before + 1 else before)
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
            with contextlib.suppress(StoreError):
                if await self._leases.value(KNOWLEDGE) != self._current:
                    await unless(stop, self._follow())
            await unless(stop, asyncio.sleep(self._look_s))

    async def _follow(self) -> None:
        async with self._one_at_a_time:
            wanted = await self._leases.value(KNOWLEDGE)  # before building, so that a reload meanwhile is followed too
            if wanted == self._current:
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
