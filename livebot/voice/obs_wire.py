"""obs-websocket v5 as values: frames in, frames out. Pure. Parsing never raises.

Wire facts: obsproject/obs-websocket docs/generated/protocol.md; measured on OBS 29.0.2 with obs-websocket 5.1.0, where
GetCurrentProgramScene answers with `currentProgramSceneName` only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SUBPROTOCOL = "obswebsocket.json"
RPC_VERSION = 1
GENERAL, CONFIG, SCENES, INPUTS, OUTPUTS, SCENE_ITEMS = 1, 2, 4, 8, 64, 128
SUBSCRIPTIONS = GENERAL | CONFIG | SCENES | INPUTS | OUTPUTS | SCENE_ITEMS
MAX_NAME = 300

AUTH_FAILED, OLD_RPC, KICKED = 4009, 4010, 4011
FATAL = {AUTH_FAILED: "obs_auth", OLD_RPC: "obs_version", KICKED: "obs_kicked"}
"""Close codes after which the protocol says not to try again, and the status's code for each."""

NOT_READY = 207

LOOK_AT = frozenset(
    {
        "CurrentProgramSceneChanged",
        "SceneItemEnableStateChanged",
        "SceneItemCreated",
        "SceneItemRemoved",
        "InputSettingsChanged",
        "InputNameChanged",
        "SceneNameChanged",
        "SceneListChanged",
        "CurrentSceneCollectionChanged",
    }
)
"""Events after which what is shown may be another product."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The server's greeting; `challenge` and `salt` are empty where it wants no password."""

    challenge: str = ""
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Identified:
    """The server lets livebot in."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a request; `code` 100 is success."""

    id: str
    ok: bool
    code: int
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A frame that says nothing livebot knows."""

    kind: str


Frame = Hello | Identified | Happened | Response | Unknown


def read(frame: str | bytes) -> Frame:
    """Return what a frame says."""
    try:
        value = json.loads(frame)
    except (ValueError, RecursionError):
        return Unknown("no JSON")
    op, data = (value.get("op"), value.get("d")) if isinstance(value, dict) else (None, None)
    if not isinstance(data, dict):
        return Unknown(str(op)[:20])
    if op == 0:
        auth = _dict(data.get("authentication"))
        return Hello(_text(auth.get("challenge")), _text(auth.get("salt")))
    if op == 2:
        return Identified()
    if op == 5:
        return Happened(_text(data.get("eventType")), _dict(data.get("eventData")))
    if op == 7:
        status = _dict(data.get("requestStatus"))
        code = status.get("code")
        number = code if isinstance(code, int) else 0
        return Response(_text(data.get("requestId")), status.get("result") is True, number, _dict(data.get("responseData")))
    return Unknown(str(op)[:20])


def identify(hello: Hello, password: str) -> str:
    """Return the frame that answers the greeting."""
    data: dict[str, Any] = {"rpcVersion": RPC_VERSION, "eventSubscriptions": SUBSCRIPTIONS}
    if hello.challenge:
        data["authentication"] = proof(password, hello.salt, hello.challenge)
    return json.dumps({"op": 1, "d": data})


def proof(password: str, salt: str, challenge: str) -> str:
    """Return what shows that livebot knows the password."""
    return _digest(_digest(password + salt) + challenge)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def request(kind: str, number: str, data: Mapping[str, Any]) -> str:
    """Return a request's frame."""
    return json.dumps({"op": 6, "d": {"requestType": kind, "requestId": number, "requestData": dict(data)}}, ensure_ascii=False)


def scene_of(data: Mapping[str, Any]) -> str:
    """Return the scene in an answer to GetCurrentProgramScene, of old and new versions."""
    return _text(data.get("sceneName")) or _text(data.get("currentProgramSceneName"))


def shown_in(data: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the sources that are shown, of an answer to GetSceneItemList."""
    items = data.get("sceneItems")
    listed = [_dict(item) for item in items] if isinstance(items, list) else []
    return frozenset(_text(item.get("sourceName")) for item in listed if item.get("sceneItemEnabled") is True) - {""}


def text_in(data: Mapping[str, Any]) -> str:
    """Return the text in an answer to GetInputSettings of a text source."""
    return _text(_dict(data.get("inputSettings")).get("text"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value[:MAX_NAME] if isinstance(value, str) else ""
