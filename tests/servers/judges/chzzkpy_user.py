"""chzzkpy as a judge: python chzzkpy_user.py PORT TOKEN. Tells what it saw, one JSON object a line; a line "say X" makes it say X.

It is run with its own copy in `.chzzkpy`, as it asks for other versions of what livebot uses.
"""

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / ".chzzkpy"))

import aiohttp
from chzzkpy import Client, Donation, Message, UserPermission
from chzzkpy.authorization import AccessToken
from chzzkpy.client import UserClient
from chzzkpy.gateway import ChzzkGateway


def tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


async def main(port: str, token: str) -> None:
    ChzzkGateway.connect = partial(ChzzkGateway.connect, ssl=False)
    client = Client("id", "secret")

    @client.event
    async def on_chat(message: Message) -> None:
        tell("message", text=message.content, name=message.profile.nickname, sender=message.user_id)
        if message.content.startswith("say "):
            said = await user.send_message(message.content.removeprefix("say "))
            tell("said", id=said.id)

    @client.event
    async def on_donation(donation: Donation) -> None:
        tell("donation", amount=donation.pay_amount, text=donation.donation_text)

    await client.__aenter__()
    await client.http.session.close()
    client.http.session = aiohttp.ClientSession(f"http://127.0.0.1:{port}")
    user = UserClient(client, AccessToken(access_token=token, refresh_token="refresh", expires_in=86400))
    try:
        await user.connect(UserPermission(chat=True, donation=True), addition_connect=True)
    except Exception as error:
        return tell("failed", reason=f"{type(error).__name__}: {error}")
    tell("connected", transport=user._gateway.current_transport, channel=user.channel_id)
    await asyncio.get_running_loop().create_future()


asyncio.run(main(*sys.argv[1:]))
