"""TwitchIO's EventSub client as a judge: python twitchio_eventsub.py PORT TOKEN. Tells what it saw, one JSON object a line."""

import asyncio
import json
import sys
from typing import Any

import twitchio
import twitchio.eventsub.websockets
from twitchio import eventsub
from twitchio.http import Route


def tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


class Client(twitchio.Client):
    """Reads room 100 as user 900."""

    async def event_message(self, payload: twitchio.ChatMessage) -> None:
        badges = {badge.set_id: badge.info for badge in payload.badges}
        name, user = payload.chatter.display_name, payload.chatter.id
        tell("message", text=payload.text, id=payload.id, name=name, user=user, badges=badges)

    async def event_message_delete(self, payload: twitchio.ChatMessageDelete) -> None:
        tell("deleted", id=payload.message_id)

    async def event_subscription_revoked(self, payload: Any) -> None:
        tell("revoked", status=payload.status if isinstance(payload.status, str) else payload.status.value)


async def main(port: str, token: str) -> None:
    base = f"http://127.0.0.1:{port}"
    Route.BASE, Route.ID_BASE = f"{base}/helix/", f"{base}/"
    twitchio.eventsub.websockets.WSS = f"ws://127.0.0.1:{port}/ws"
    client = Client(client_id="cid", client_secret="secret", bot_id="900")
    await client.login(token=token, load_tokens=False, save_tokens=False)
    await client.add_token(token, "once")
    for kind in (eventsub.ChatMessageSubscription, eventsub.ChatMessageDeleteSubscription):
        await client.subscribe_websocket(payload=kind(broadcaster_user_id="100", user_id="900"), token_for="900", as_bot=False)
    tell("ready")
    sent = await client.create_partialuser("100").send_message("네, 있어요", sender="900", token_for="900")
    tell("sent", id=sent.id, is_sent=sent.sent)
    await asyncio.sleep(60)


asyncio.run(main(*sys.argv[1:]))
