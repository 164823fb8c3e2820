"""Telegram without a network: what the bot sends is checked as Telegram checks it."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from tests.fake_telegram.methods import ME
from tests.fake_telegram.rules import RefusedError, check_results, keyboard_of, text_of
from tests.fuzz.contents import INJECTED


class Offline(BaseRequest):
    """Answers every call. `wrong` gets what Telegram would refuse; `shown` the data of buttons."""

    def __init__(self, shown: list[str]) -> None:
        self.shown = shown
        self.wrong: list[str] = []
        self.calls = 0

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        params = request_data.json_parameters if request_data is not None else {}
        self.calls += 1
        try:
            result = self._answer(name, params)
        except (RefusedError, ValueError, KeyError) as error:
            self.wrong.append(f"{name}: {error!r}")
            return 400, json.dumps({"ok": False, "error_code": 400, "description": str(error)}).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _answer(self, name: str, params: dict[str, str]) -> Any:
        if name == "getMe":
            return ME
        if name == "answerInlineQuery":
            check_results(params)
        if name == "answerCallbackQuery" and len(params.get("text", "")) > 200:
            raise ValueError("MESSAGE_TOO_LONG")
        if name in ("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendDocument"):
            if name in ("sendMessage", "editMessageText"):
                text_of(params)
            if "<" in (text := params.get("text", "")) and params.get("parse_mode") == "HTML":
                self._check_injection(text)
            for button in (button for row in keyboard_of(params) for button in row):
                if "callback_data" in button:
                    self.shown.append(button["callback_data"])
                    del self.shown[:-500]
            chat = {"id": int(params["chat_id"]), "type": "private"}
            return {"message_id": self.calls, "date": 1, "chat": chat, "from": ME, "text": "x"}
        return True

    @staticmethod
    def _check_injection(text: str) -> None:
        for tag in (f"<b>{INJECTED}", f"<i>{INJECTED}", f"<script>{INJECTED}"):
            if tag in text:
                raise ValueError(f"a tag of hers came back: {tag}")
