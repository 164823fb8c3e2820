"""The methods of the Bot API that bots under load call, as cheap as can be."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from bench.fake_api_http import Answer, Call, ok, refused
from bench.fake_api_people import People

ME = {
    "id": 4242, "is_bot": True, "first_name": "Our Bot", "username": "OurBot", "can_join_groups": True,
    "can_read_all_group_messages": False, "supports_inline_queries": True, "can_connect_to_business": False,
    "has_main_web_app": False,
}  # fmt: skip
AT_ONCE = 100


class Methods:
    """One bot's side. Updates wait until a poll confirms them, or a webhook says 200."""

    def __init__(self, people: People, token: str) -> None:
        """Arguments: people, hear what is sent; token, the only one that is let in."""
        self.people = people
        self.updates: dict[int, dict[str, Any]] = {}
        self.webhook = ""
        self.secret = ""
        self.calls: Counter[str] = Counter()
        self._token = token
        self._poll: tuple[Call, asyncio.TimerHandle] | None = None
        self._messages = 0

    def post(self, update: dict[str, Any]) -> None:
        """Something for the bot."""
        self.updates[update["update_id"]] = update
        self._wake()

    def call(self, method: str, token: str, call: Call) -> Answer | None:
        """Carry a method out; None: it answers later."""
        if token != self._token:
            return refused(401, "Unauthorized")
        self.calls[method] += 1
        if method == "getUpdates":
            return self._get_updates(call)
        params = call.params
        if method == "sendMessage":
            return ok(self._send(params))
        if method in ("editMessageText", "editMessageReplyMarkup"):
            return ok(self._message(int(params["chat_id"]), int(params["message_id"]), params.get("text", "x")))
        if method == "setWebhook":
            self.webhook, self.secret = params["url"], params.get("secret_token", "")
        elif method == "deleteWebhook":
            self.webhook = ""
        elif method == "getMe":
            return ok(ME)
        elif method == "getWebhookInfo":
            return ok({"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self.updates)})
        return ok(True)

    def _send(self, params: dict[str, str]) -> dict[str, Any]:
        self._messages += 1
        chat = int(params["chat_id"])
        self.people.heard(chat, params["text"])
        return self._message(chat, self._messages, params["text"])

    @staticmethod
    def _message(chat: int, number: int, text: str) -> dict[str, Any]:
        return {
            "message_id": number, "from": ME, "date": 1_790_000_000, "text": text,
            "chat": {"id": chat, "first_name": "Ann", "last_name": "Example", "type": "private"},
        }  # fmt: skip

    def _get_updates(self, call: Call) -> Answer | None:
        if self.webhook:
            return refused(409, "Conflict: can't use getUpdates method while webhook is active")
        params = call.params
        offset = int(params.get("offset") or 0)
        for number in [number for number in self.updates if number < offset]:
            del self.updates[number]
        if self._poll is not None:
            other, timer = self._poll
            timer.cancel()
            self._poll = None
            other.answer(refused(409, "Conflict: terminated by other getUpdates request"))
        seconds = float(params.get("timeout") or 0)
        if self.updates or not seconds:
            return ok(self._first())
        timer = asyncio.get_running_loop().call_later(seconds, self._end_poll)
        self._poll = (call, timer)
        return None

    def _first(self) -> list[dict[str, Any]]:
        return [update for _, update in zip(range(AT_ONCE), self.updates.values(), strict=False)]

    def _wake(self) -> None:
        """Answer the open poll at the end of this round of the loop, with all that came in it."""
        if self._poll is not None:
            call, timer = self._poll
            timer.cancel()
            self._poll = None
            asyncio.get_running_loop().call_soon(lambda: call.answer(ok(self._first())))

    def _end_poll(self) -> None:
        if self._poll is not None:
            call, _ = self._poll
            self._poll = None
            call.answer(ok([]))
