"""Runs the conversation in a terminal, with the same store as Telegram would use, in memory."""

from __future__ import annotations

import asyncio
from typing import TextIO

from bot.conversation.service import ConversationService
from bot.factory import conversation_for
from bot.settings.settings import Settings
from bot.store.memory import MemoryStore
from bot.terminal.chat import chat


def run_terminal(settings: Settings, source: TextIO, out: TextIO) -> int:
    """Talk until the input ends.

    Args:
        settings: the knowledge base, the country, the clinic.
        source: standard input.
        out: standard output.

    Returns:
        0.
    """
    conversation = conversation_for(settings)
    texts = conversation.texts
    is_typed = source.isatty()
    if not settings.telegram.token:
        out.write(texts("terminal-no-token") + "\n\n")
    if is_typed:
        out.write(texts("terminal-numbers") + "\n\n")
    prompt = texts("terminal-prompt").strip() + " " if is_typed else ""
    store = MemoryStore(context_hours=settings.retention.context_hours)
    try:
        asyncio.run(chat(ConversationService(conversation, store), source, out, prompt=prompt))
    except KeyboardInterrupt:
        is_typed = True
    if is_typed:
        out.write("\n")
    return 0
