"""Google's own client library as a judge: python google_youtube.py PORT VIDEO. Tells what it saw, one JSON object a line."""

import json
import sys
from typing import Any

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError


def tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


def main(port: str, video: str) -> None:
    options = {"api_endpoint": f"http://127.0.0.1:{port}"}
    youtube = build("youtube", "v3", credentials=Credentials("good"), client_options=options, static_discovery=True)
    found = youtube.videos().list(part="liveStreamingDetails", id=video).execute()
    chat = found["items"][0]["liveStreamingDetails"]["activeLiveChatId"]
    own = youtube.liveBroadcasts().list(part="snippet,status", broadcastStatus="active").execute()
    tell("found", chat=chat, own=own["items"][0]["snippet"]["liveChatId"])
    body = {"snippet": {"liveChatId": chat, "type": "textMessageEvent", "textMessageDetails": {"messageText": "네, 있어요"}}}
    written = youtube.liveChatMessages().insert(part="snippet", body=body).execute()
    tell("sent", id=written["id"])
    asked = youtube.liveChatMessages().list(liveChatId=chat, part="id,snippet,authorDetails")
    page = asked.execute()
    for item in page["items"]:
        tell("message", text=item["snippet"]["displayMessage"], id=item["id"], name=item["authorDetails"]["displayName"])
    following = youtube.liveChatMessages().list_next(asked, page) if hasattr(youtube.liveChatMessages(), "list_next") else None
    tell("page", items=len(following.execute()["items"]) if following else 0, wait=page["pollingIntervalMillis"])
    try:
        youtube.liveChatMessages().list(liveChatId="other", part="snippet").execute()
    except HttpError as error:
        tell("refused", status=error.status_code, reason=error.error_details[0]["reason"])


main(*sys.argv[1:])
