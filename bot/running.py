"""The bot on Telegram, in one process: store, conversation, polling."""

from __future__ import annotations

import logging

from bot.assemble import build_conversation
from bot.conversation.clinic import Clinic
from bot.conversation.commands import COMMANDS
from bot.conversation.conversation import Conversation
from bot.conversation.ports import ConversationStore
from bot.conversation.session import Session
from bot.settings import Settings
from bot.store.opening import open_store
from bot.telegram.receive import run_polling
from bot.telegram.texts import SetUpTexts, TelegramTexts

log = logging.getLogger(__name__)


class TelegramSession(Session):
    """The session, with the sentences that the Telegram side says itself."""

    def __init__(self, conversation: Conversation, store: ConversationStore) -> None:
        """See `Session`."""
        super().__init__(conversation, store)
        self.texts = telegram_texts(conversation)


def telegram_texts(conversation: Conversation) -> TelegramTexts:
    """The adapter's own sentences, from the knowledge base."""
    t = conversation.texts
    return TelegramTexts(
        not_yours=t("not-yours"), too_old=t("stale-button"), inline_button=t("inline-open-bot"), failed=t.seek_help
    )


def set_up_texts(conversation: Conversation) -> SetUpTexts:
    """What Telegram shows of the bot, from the knowledge base."""
    t = conversation.texts
    commands = {name: t(f"command-{name}") or name for name in COMMANDS}
    return SetUpTexts(
        **commands, description=t("bot-description")[:512], short_description=t("bot-short-description")[:120]
    )


async def serve(settings: Settings) -> None:
    """Answer on Telegram until told to stop.

    Raises:
        KnowledgeError: the knowledge base cannot be used.
        StoreError: the database cannot be used.
        TelegramSetupError: the token is refused.
    """
    clinic = Clinic(name=settings.clinic_name, phone=settings.clinic_phone, privacy_contact=settings.privacy_contact)
    conversation = build_conversation(settings.knowledge_dir, clinic=clinic, country=settings.country)
    store = await open_store(
        settings.database_url,
        data_keys=settings.data_keys,
        key_file=settings.key_file,
        context_hours=settings.context_hours,
    )
    log.info(
        "%d topics and %d flags are loaded",
        len(conversation.knowledge.topics),
        len(conversation.knowledge.flags),
        extra={"action": "knowledge_loaded"},
    )
    try:
        await run_polling(
            token=settings.telegram_token,
            api_url=settings.telegram_api_url,
            brain=TelegramSession(conversation, store),
            set_up=set_up_texts(conversation),
        )
    finally:
        await store.close()
