"""The OpenAPI 3.1 document of the API, made from its table of routes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from livebot import __version__
from livebot.web.api import Route
from livebot.web.messages import ErrorAnswer

REF = "#/components/schemas/{model}"


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the document for these routes."""
    models = {model for route in routes for model in (route.body, route.answer) if model} | {ErrorAnswer}
    in_order = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in in_order], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "livebot", "version": __version__, "description": DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "livebot_*"}},
        },
    }


DESCRIPTION = (
    "What livebot's own pages use. A page's token is exchanged for a cookie at /api/session. Every POST needs an Origin header of "
    "livebot's own address and the content type application/json. Live changes come over the WebSocket /ws?role=staff."
)


def _operation(route: Route) -> dict[str, Any]:
    named = re.findall(r"{(\w+)}", route.path)
    parameters = [_parameter(name, "path") for name in named] + [_parameter(name, "query") for name in route.query]
    out: dict[str, Any] = {
        "summary": route.summary,
        "parameters": parameters,
        "responses": {"200": _content(route.answer.__name__, "done"), "default": _content("ErrorAnswer", "refused")},
        "security": [{"session": list(route.scopes)}] if route.scopes else [],
    }
    if route.body:
        out["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(route.body.__name__)}}}
    return out


def _parameter(name: str, where: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": {"type": "string"}}


def _content(model: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ref(model)}}}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": REF.format(model=model)}
