"""The methods of the fake Bot API that the bot calls, and what they leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fake_telegram.rules import bad, check_results, keyboard_of, text_of
from tests.fake_telegram.updates import Updates

ME = {
    "id": 4242, "is_bot": True, "first_name": "Our Bot", "username": "OurBot", "can_join_groups": True,
    "can_read_all_group_messages": False, "supports_inline_queries": True, "can_connect_to_business": False,
    "has_main_web_app": False,
}  # fmt: skip


@dataclass
class SendResult:
    """A message of the bot's as it stands now."""

    chat: int
    id: int
    text: str
    html: str
    keyboard: list[list[dict[str, Any]]]
    reply_to: int | None = None
    edits: int = 0
    deleted: bool = False
    params: dict[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.keyboard for button in row]


class BotMethods(Updates):
    """Each `do_...` takes a call's parameters as they came and returns its result; `RefusedError` is an error."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.sent: list[SendResult] = []
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        """Everybody's, as they stand now."""
        self.answers: dict[str, dict[str, str]] = {}
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.profile: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        """What was uploaded, by file name."""
        self.on_sent: Callable[[SendResult], None] | None = None
        """Told of each message of the bot's."""
        self._standing: dict[tuple[int, int], SendResult] = {}

    def forget(self) -> None:
        """Let go of all messages and updates: another bot comes."""
        for kept in (self.sent, self.messages, self.answers, self.lists, self.files, self._standing):
            kept.clear()
        self.updates.clear()
        self.queries.clear()
        self.webhook = {}

    async def do_get_me(self, params: dict[str, str]) -> Any:
        return ME

    async def do_send_message(self, params: dict[str, str]) -> Any:
        chat = int(params["chat_id"])
        reply = json.loads(params.get("reply_parameters") or "{}")
        answered = self.messages.get((chat, reply.get("message_id", 0)))
        if reply and answered is None and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        text, rows = text_of(params), keyboard_of(params)
        message = self.next_id()
        to = reply["message_id"] if answered else None
        self._keep(SendResult(chat, message, text, params["text"], rows, to, params=params))
        kind = "private" if chat > 0 else "supergroup"
        shown: dict[str, Any] = {
            "message_id": message, "date": 1_800_000_000, "chat": {"id": chat, "type": kind}, "from": ME, "text": text,
        }  # fmt: skip
        if answered:
            shown["reply_to_message"] = {k: v for k, v in answered.items() if k != "reply_to_message"}
        if rows:
            shown["reply_markup"] = {"inline_keyboard": rows}
        self.messages[chat, message] = shown
        return shown

    async def do_send_document(self, params: dict[str, str]) -> Any:
        chat, caption, rows = int(params["chat_id"]), params.get("caption", ""), keyboard_of(params)
        name = next((n for n in (params.get("document", ""), *params.values()) if n in self.files), None)
        if name is None:
            raise bad("there is no document in the request")
        message = self.next_id()
        self._keep(SendResult(chat, message, caption, caption, rows, params=params))
        kind = "private" if chat > 0 else "supergroup"
        document = {"file_id": f"file-{message}", "file_unique_id": f"file-{message}", "file_name": name}
        shown = {
            "message_id": message, "date": 1_800_000_000, "chat": {"id": chat, "type": kind}, "from": ME,
            "caption": caption, "document": document,
        }  # fmt: skip
        self.messages[chat, message] = shown
        return shown

    def _keep(self, sent: SendResult) -> None:
        self.sent.append(sent)
        self._standing[sent.chat, sent.id] = sent
        if self.on_sent is not None:
            self.on_sent(sent)

    def _found(self, params: dict[str, str], what: str) -> SendResult:
        sent = self._standing.get((int(params["chat_id"]), int(params["message_id"])))
        if sent is None or sent.deleted:
            raise bad(f"message to {what} not found")
        return sent

    async def do_edit_message_text(self, params: dict[str, str]) -> Any:
        sent = self._found(params, "edit")
        text, rows = text_of(params), keyboard_of(params)
        if (params["text"], rows) == (sent.html, sent.keyboard):
            raise bad("message is not modified: specified new message content and reply markup are exactly the same")
        sent.text, sent.html, sent.keyboard, sent.edits = text, params["text"], rows, sent.edits + 1
        return self._shown(sent)

    async def do_edit_message_reply_markup(self, params: dict[str, str]) -> Any:
        sent = self._found(params, "edit")
        rows = keyboard_of(params)
        if rows == sent.keyboard:
            raise bad("message is not modified: specified new message content and reply markup are exactly the same")
        sent.keyboard = rows
        return self._shown(sent)

    def _shown(self, sent: SendResult) -> dict[str, Any]:
        shown = self.messages[sent.chat, sent.id]
        shown |= {"text": sent.text, "reply_markup": {"inline_keyboard": sent.keyboard}}
        if not sent.keyboard:
            del shown["reply_markup"]
        return shown

    async def do_delete_message(self, params: dict[str, str]) -> Any:
        self._found(params, "delete").deleted = True
        return True

    def _once(self, query: str) -> None:
        if query not in self.queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.queries.remove(query)

    async def do_answer_callback_query(self, params: dict[str, str]) -> Any:
        self._once(params["callback_query_id"])
        if len(params.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.answers[params["callback_query_id"]] = params
        return True

    async def do_answer_inline_query(self, params: dict[str, str]) -> Any:
        results = check_results(params)
        self._once(params["inline_query_id"])
        self.answers[params["inline_query_id"]] = params
        self.lists[params["inline_query_id"]] = results
        return True

    async def do_set_my_commands(self, params: dict[str, str]) -> Any:
        scope = json.loads(params.get("scope", "{}")).get("type", "")
        self.profile[f"commands of {scope}" if scope else "commands"] = json.loads(params["commands"])
        return True

    async def do_set_my_description(self, params: dict[str, str]) -> Any:
        self.profile["description"] = params.get("description", "")
        return True

    async def do_set_my_short_description(self, params: dict[str, str]) -> Any:
        self.profile["short_description"] = params.get("short_description", "")
        return True
