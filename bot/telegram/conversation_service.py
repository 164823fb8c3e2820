"""The conversation with its store, and the sentences that the Telegram side says itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.conversation.commands import COMMANDS
from bot.conversation.dialogue import Conversation
from bot.conversation.ports import Composed, ConversationStore, DueWalk
from bot.conversation.service import ConversationService
from bot.conversation.state import ChatState, Turn
from bot.schedule.model import Drop
from bot.telegram.texts import SetUpTexts, TelegramTexts


class TelegramConversationService(ConversationService):
    """The session, with the sentences that the Telegram side says itself."""

    def __init__(
        self,
        conversation: Conversation,
        store: ConversationStore,
        on_turn: Callable[[Turn], None] = lambda _turn: None,
    ) -> None:
        """See `ConversationService`."""
        super().__init__(conversation, store, on_turn)
        self.texts = telegram_texts(conversation)

    def use(self, conversation: Conversation) -> None:
        """Talk from another knowledge base from now on."""
        self.conversation, self.texts = conversation, telegram_texts(conversation)

    def compose(self, state: ChatState, due: DueWalk, now: datetime) -> Composed | Drop:
        """Write a reminder from the knowledge base in use, see `bot.conversation.ports.Composer`."""
        composer = self.conversation.composer
        return Drop.HELD if composer is None else composer.compose(state, due, now)


def telegram_texts(conversation: Conversation) -> TelegramTexts:
    """The adapter's own sentences, from the knowledge base."""
    t = conversation.texts
    return TelegramTexts(
        not_yours=t("not-yours"),
        too_old=t("stale-button"),
        inline_button=t("inline-open-bot"),
        failed=t.seek_help,
        late=t("late-answer"),
        too_many=t("too-many"),
    )


def set_up_texts(conversation: Conversation) -> SetUpTexts:
    """What Telegram shows of the bot, from the knowledge base."""
    t = conversation.texts
    commands = {name: t(f"command-{name}") or name for name in COMMANDS}
    return SetUpTexts(
        **commands, description=t("bot-description")[:512], short_description=t("bot-short-description")[:120]
    )
