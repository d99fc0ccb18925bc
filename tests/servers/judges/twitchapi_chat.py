"""twitchAPI's Chat as a judge: python twitchapi_chat.py PORT TOKEN. Tells what it saw, one JSON object a line."""

import asyncio
import json
import sys
from typing import Any

import aiohttp
from twitchAPI.chat import Chat, ChatMessage, EventData
from twitchAPI.type import ChatEvent


class Authorised:
    """Stands for twitchAPI's `Twitch`, which would ask Twitch itself about the token."""

    session_timeout = aiohttp.ClientTimeout(total=60)

    def __init__(self, token: str) -> None:
        self._token = token

    def has_required_auth(self, *_: Any) -> bool:
        return True

    def get_user_auth_token(self) -> str:
        return self._token

    async def get_refreshed_user_auth_token(self) -> str:
        return self._token


def tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


async def on_ready(ready: EventData) -> None:
    tell("ready")


async def on_message(message: ChatMessage) -> None:
    user = message.user
    tell("message", text=message.text, id=message.id, name=user.display_name, user=user.id, mod=user.mod, subscriber=user.subscriber)
    if message.text.startswith("say "):
        await message.reply(message.text[4:])


async def main(port: str, token: str) -> None:
    chat = Chat(Authorised(token), connection_url=f"ws://127.0.0.1:{port}/", initial_channel=["shop"])
    chat.username = "bot"
    chat.register_event(ChatEvent.READY, on_ready)
    chat.register_event(ChatEvent.MESSAGE, on_message)
    chat.start()
    await asyncio.sleep(60)


asyncio.run(main(*sys.argv[1:]))
