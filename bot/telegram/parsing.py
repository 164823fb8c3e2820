"""An update as a message of the conversation: who, where, what. In a group only what is meant for the bot."""

from __future__ import annotations

import re
from datetime import datetime

from telegram import Message as TelegramMessage
from telegram import MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import filters

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.telegram.bot_profile import COMMANDS
from bot.telegram.send_results import Place

_COMMAND = re.compile(r"/(?P<name>[A-Za-z][A-Za-z0-9_]{0,31})(?:@(?P<bot>\w+))?(?P<rest>[^\w@].*)?", re.DOTALL)
_KINDS = ("photo", "voice", "sticker", "video", "location", "contact", "document")


def read(update: Update, me: User, now: datetime) -> tuple[ChatKey, Message] | None:
    """Read a message, an edited message or a pressed button.

    Args:
        update: as it came.
        me: the bot itself.
        now: when it reached us, aware.

    Returns:
        Whose conversation and what was said; None where the bot has to be quiet: in a group, what is not for it
        (neither a command, a mention nor a reply to it); notes of Telegram's own (a pinned message); what another
        bot wrote, or this one through inline mode.
    """
    if update.callback_query is not None:
        return _pressed(update, now)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or _by_a_bot(message, me):
        return None
    text = message.text or message.caption or ""
    attachment = "" if message.text else _attachment(message)
    if not text and not attachment:
        return None
    group = is_group(message.chat.type)
    found = _COMMAND.fullmatch(text)
    named, addressed = _without_mention(message, text, me)
    ours = found is not None and _is_ours(found, me, group=group)
    if group and not ours and ((found and found["bot"]) or not (addressed or _answers(message, me))):
        return None
    return key_of(message.chat.id, message.from_user.id, group=group), Message(
        at=now,
        text=(found["rest"] or "").strip() if found and ours else named if group else text,
        command=found["name"].lower() if found and ours else "",
        attachment=attachment,
        latitude=message.location.latitude if message.location else None,
        longitude=message.location.longitude if message.location else None,
        edited=update.edited_message is not None,
        group=group,
    )


def is_group(chat_type: str) -> bool:
    """Whether others read along in a chat of that type."""
    return chat_type != ChatType.PRIVATE


def key_of(chat: int, user: int, *, group: bool) -> ChatKey:
    """The conversation of a person in a chat."""
    return ChatKey(chat=chat, user=user if group else 0)


def place_of(update: Update) -> Place:
    """Where an answer to a message or a press goes; in a group, as an answer to hers.

    Raises:
        ValueError: the update belongs to no chat.
    """
    chat = update.effective_chat
    if chat is None:
        raise ValueError("an update without a chat")
    said = update.effective_message if isinstance(update.effective_message, TelegramMessage) else None
    if said is None or not said.is_accessible:
        return Place(chat=chat.id)
    answered = said.reply_to_message if update.callback_query is not None else said
    return Place(
        chat=chat.id,
        thread=said.message_thread_id if said.is_topic_message else None,
        reply_to=answered.message_id if answered is not None and is_group(chat.type) else None,
    )


def _pressed(update: Update, now: datetime) -> tuple[ChatKey, Message] | None:
    query = update.callback_query
    if query is None or query.message is None or not query.data or not isinstance(query.data, str):
        return None
    group = is_group(query.message.chat.type)
    key = key_of(query.message.chat.id, query.from_user.id, group=group)
    return key, Message(at=now, action=query.data, group=group)


def _by_a_bot(message: TelegramMessage, me: User) -> bool:
    if message.via_bot is not None and message.via_bot.id == me.id:
        return True
    # An anonymous administrator is shown as a bot too, but speaks for a chat.
    return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None


def _attachment(message: TelegramMessage) -> str:
    kind = next((kind for kind in _KINDS if getattr(message, kind)), "")
    if kind:
        return kind
    # What a later Telegram brings is unknown here, and is no note of Telegram's own: it must not meet silence.
    return "" if filters.StatusUpdate.ALL.filter(Update(0, message=message)) else "other"


def _is_ours(command: re.Match[str], me: User, *, group: bool) -> bool:
    if command["bot"]:
        return command["bot"].lower() == (me.username or "").lower()
    # Without a name, another bot of the group may be meant: only what stands in our menu counts.
    return not group or command["name"].lower() in COMMANDS


def _without_mention(message: TelegramMessage, text: str, me: User) -> tuple[str, bool]:
    named = re.sub(rf"(?<!\w)@{re.escape(me.username or '')}(?!\w)[,:]?", " ", text, flags=re.IGNORECASE)
    addressed = bool(me.username) and named != text
    for entity, name in _mentions(message).items():
        if entity.user is not None and entity.user.id == me.id:
            named, addressed = named.replace(name, " ", 1), True
    return (re.sub(r"[^\S\n]+", " ", named).strip(), True) if addressed else (text, False)


def _mentions(message: TelegramMessage) -> dict[MessageEntity, str]:
    entities = message.parse_entities if message.text else message.parse_caption_entities
    try:
        return entities([MessageEntity.TEXT_MENTION])
    except (TypeError, UnicodeError):  # malformed, or its offsets cut a sign in two; what she says counts nevertheless
        return {}


def _answers(message: TelegramMessage, me: User) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == me.id
