"""The API's own description against its routes and its real answers."""

import re
from typing import Any

import pytest
import pytest_asyncio

from livebot.web.api import ROUTES


def conforms(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str = "") -> list[str]:
    """Return what is wrong with a JSON value by the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        return conforms(value, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, where)
    if "anyOf" in schema:
        return [] if any(not conforms(value, one, document, where) for one in schema["anyOf"]) else [f"{where}: fits none"]
    wrong = []
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        wrong.append(f"{where}: {value!r} is no {schema['type']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{where}: {value!r} does not match")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        wrong += [f"{where}: {key} is missing" for key in schema.get("required", ()) if key not in value]
        if schema.get("additionalProperties", True) is False:
            wrong += [f"{where}: {key} is not described" for key in value if key not in properties]
        wrong += [
            w for key, inner in value.items() if key in properties for w in conforms(inner, properties[key], document, f"{where}.{key}")
        ]
    if isinstance(value, list) and "items" in schema:
        wrong += [w for i, inner in enumerate(value) for w in conforms(inner, schema["items"], document, f"{where}[{i}]")]
    return wrong


TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
    "object": dict,
    "array": list,
    "null": type(None),
}

# What each route is asked: (body or query, the status that comes). The show has question m1 with answer m2.
CALLS = {
    ("POST", "/api/session"): {"role": "overlay"},
    ("GET", "/api/session"): {"role": "staff"},
    ("POST", "/api/act"): {"id": "tap-00001", "action": "boost", "question": "m1", "message": "m2"},
    ("POST", "/api/preview"): {"action": "post_faq", "question": "m1", "faq": "skin"},
    ("POST", "/api/product"): {"id": "tap-00002", "product": "serum"},
    ("GET", "/api/settings"): {},
    ("POST", "/api/settings"): {"id": "tap-00003", "changes": {"ladder.grace": 5}},
    ("GET", "/api/faq"): {"q": "반품"},
    ("GET", "/api/questions/{id}"): {},
    ("GET", "/api/viewers"): {"author": "twitch:단골하늘"},
    ("GET", "/api/helpers"): {},
    ("POST", "/api/paste"): {"id": "tap-00004", "text": "달: 배송은 언제 오나요?"},
}


async def call(client, site, method: str, path: str) -> tuple[int, Any]:
    """Make the call that the table has for a route."""
    given = CALLS[method, path]
    address = path.replace("{id}", "m1")
    if (method, path) == ("POST", "/api/session"):
        given = {**given, "token": site.tokens["overlay"]}
    answer = await (client.post(address, json=given) if method == "POST" else client.get(address, params=given))
    return answer.status, await answer.json()


async def document_of(client) -> dict[str, Any]:
    """Fetch the served document."""
    return await (await client.get("/api/openapi.json")).json()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(live, site):
    """Give a desk on a show with one answered question."""
    live.say("민감성 피부에도 써도 되나요?")
    live.say("저자극이라 괜찮아요", "단골하늘")
    async with site.page() as page:
        await page.until(lambda doc: len(doc["lines"]) == 2)
    async with site.browser("staff") as client:
        yield client


async def test_every_route_is_described_and_every_description_is_served(site, desk):
    """The document and the application have the same addresses and methods."""
    document = await document_of(desk)
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    served = {
        (route.method, route.resource.canonical)
        for route in site.app.router.routes()
        if route.resource.canonical.startswith("/api/") and route.method != "HEAD"
    }
    assert described == served - {("GET", "/api/openapi.json"), ("POST", "/api/csp")}
    assert described == {(route.method, route.path) for route in ROUTES} == set(CALLS)


@pytest.mark.parametrize(("method", "path"), sorted(CALLS))
async def test_a_real_answer_is_as_described(site, desk, method, path):
    """Each route's real answer has the described shape, and so has its refusal."""
    document = await document_of(desk)
    responses = document["paths"][path][method.lower()]["responses"]
    status, answer = await call(desk, site, method, path)
    assert status == 200, answer
    assert conforms(answer, responses["200"]["content"]["application/json"]["schema"], document) == []
    async with site.browser() as nobody:
        bad = await (nobody.post(path, json={}) if method == "POST" else nobody.get(path.replace("{id}", "m1")))
        assert bad.status >= 400
        assert conforms(await bad.json(), responses["default"]["content"]["application/json"]["schema"], document) == []


@pytest.mark.parametrize(("method", "path"), sorted(key for key in CALLS if key[0] == "POST"))
async def test_a_described_body_is_what_is_taken(desk, method, path):
    """The body that a route takes fits its description, and a key that is not described is refused."""
    document = await document_of(desk)
    schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = {**CALLS[method, path], **({"token": "t"} if path == "/api/session" else {})}
    assert conforms(body, schema, document) == []
    assert conforms(body | {"more": 1}, schema, document) != []
    assert (await desk.post(path, json=body | {"more": 1})).status == 400


def test_the_checker_can_fail():
    """A wrong value is found: the tests above cannot pass by saying nothing."""
    document = {"components": {"schemas": {"A": {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}}}}
    assert conforms({"x": 1}, {"$ref": "#/components/schemas/A"}, document) == [".x: 1 is no string"]
    assert conforms({}, {"$ref": "#/components/schemas/A"}, document) == [": x is missing"]
