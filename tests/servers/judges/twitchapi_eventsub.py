"""twitchAPI's EventSub client as a judge: python twitchapi_eventsub.py PORT TOKEN. Tells what it saw, one JSON object a line."""

import asyncio
import json
import sys
from typing import Any

from twitchAPI.eventsub.websocket import EventSubWebsocket
from twitchAPI.helper import first
from twitchAPI.object.eventsub import ChannelChatMessageEvent
from twitchAPI.twitch import Twitch
from twitchAPI.type import AuthScope


def tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


async def on_message(told: ChannelChatMessageEvent) -> None:
    chat = told.event
    badges = {badge.set_id: badge.info for badge in chat.badges}
    tell("message", text=chat.message.text, id=chat.message_id, name=chat.chatter_user_name, user=chat.chatter_user_id, badges=badges)


async def main(port: str, token: str) -> None:
    base = f"http://127.0.0.1:{port}"
    twitch = Twitch("cid", authenticate_app=False, base_url=f"{base}/helix/", auth_base_url=f"{base}/oauth2/")
    twitch.auto_refresh_auth = False
    scopes = [AuthScope.USER_READ_CHAT, AuthScope.USER_WRITE_CHAT]
    await twitch.set_user_authentication(token, scopes, validate=False)
    shop = await first(twitch.get_users(logins=["shop"]))
    bot = await first(twitch.get_users(logins=["bot"]))
    assert shop is not None and bot is not None
    eventsub = EventSubWebsocket(twitch, connection_url=f"ws://127.0.0.1:{port}/ws", subscription_url=f"{base}/helix/")
    eventsub.start()
    await eventsub.listen_channel_chat_message(shop.id, bot.id, on_message)
    tell("ready", shop=shop.id)
    sent = await twitch.send_chat_message(shop.id, bot.id, "네, 있어요", reply_parent_message_id="m-1")
    tell("sent", id=sent.message_id, is_sent=sent.is_sent)
    await asyncio.sleep(60)


asyncio.run(main(*sys.argv[1:]))
