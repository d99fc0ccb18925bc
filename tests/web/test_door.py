"""What every request passes: hosts, origins, kinds of fetch, headers, errors."""

import json

import aiohttp
import pytest

from livebot.web.settings import WebSettings

PLACES = ("/", "/desk", "/overlay", "/static/vendor/preact.mjs", "/api/openapi.json", "/healthz", "/nowhere", "/api/settings")
EVERYWHERE = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
)


@pytest.mark.parametrize("place", PLACES)
async def test_every_answer_has_the_security_headers(site, place):
    """Pages, files, API answers and refusals alike carry the policy and its companions, and none allows anything unsafe."""
    async with aiohttp.ClientSession(site.base) as client, client.get(place) as answer:
        for name, value in EVERYWHERE.items():
            assert answer.headers[name] == value
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert not [part for part in POLICY if part not in policy]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == ("no-cache" if place.startswith("/static/") else "no-store")
        assert "aiohttp" not in answer.headers["Server"].lower()


async def test_only_the_overlay_may_be_framed_and_only_where_configured(live, served):
    """With a configured origin the overlay may be framed by it, and the desk still by nobody."""
    async with served(live, overlay_frames=("https://studio.example",)) as site, aiohttp.ClientSession(site.base) as client:
        overlay, desk = await client.get("/overlay"), await client.get("/desk")
        assert "frame-ancestors https://studio.example;" in overlay.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in overlay.headers
        assert "frame-ancestors 'none'" in desk.headers["Content-Security-Policy"]
        assert desk.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "desk.shop.example"])
async def test_livebot_answers_to_its_own_names(live, served, name):
    """The loopback names and the configured one are answered."""
    async with served(live, name="desk.shop.example") as site, aiohttp.ClientSession(site.base) as client:
        answer = await client.get("/healthz", headers={"Host": f"{name}:{site.settings.port}"})
        assert answer.status == 200


@pytest.mark.parametrize(
    "host", ["rebind.invalid:{port}", "127.0.0.1:1", "127.0.0.1", "localhost.rebind.invalid:{port}", "", "x@127.0.0.1:{port}"]
)
@pytest.mark.parametrize("place", ["/desk", "/api/session", "/ws", "/metrics", "/bridge/v1/messages", "/nowhere"])
async def test_any_other_name_is_refused_everywhere(site, host, place):
    """A name that now resolves here (DNS rebinding) is refused on every address, even with an Origin that equals it."""
    host = host.format(port=site.settings.port)
    async with aiohttp.ClientSession(site.base) as client:
        answer = await client.get(place, headers={"Host": host, "Origin": f"http://{host}"})
        assert answer.status == 421
        assert (await answer.json())["error"]["next_step"]


async def test_a_proxy_speaks_for_the_configured_name(live, served):
    """Behind a TLS proxy the bare name and its https origin are livebot's own, and the cookie is for https only."""
    async with served(live, name="desk.shop.example", https=True) as site, aiohttp.ClientSession(site.base) as client:
        named = {"Host": "desk.shop.example", "Origin": "https://desk.shop.example"}
        answer = await client.post("/api/session", json={"token": site.tokens["staff"], "role": "staff"}, headers=named)
        assert answer.status == 200
        assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.invalid"},
        {"Origin": "null"},
        {},
        {"Origin": "{base}.evil.invalid"},
        {"Origin": "{base}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "{base}", "Sec-Fetch-Site": "same-site"},
        {"Origin": "{base}", "Sec-Fetch-Site": "none"},
    ],
)
async def test_nothing_changes_for_another_site(live, site, headers):
    """A POST with a valid cookie but from elsewhere is refused and has no effect."""
    async with site.browser("staff") as desk:
        for name in ("Origin", "Sec-Fetch-Site"):
            desk.headers.popall(name)
        filled = {name: value.format(base=site.base) for name, value in headers.items()}
        answer = await desk.post("/api/act", json={"id": "tap-00001", "action": "stop"}, headers=filled)
        assert answer.status == 403
        assert live.taken == []


async def test_a_browser_without_fetch_metadata_is_let_in_by_its_origin(live, site):
    """An older browser sends no Sec-Fetch-Site: its Origin decides."""
    async with site.browser("staff") as desk:
        desk.headers.popall("Sec-Fetch-Site")
        answer = await desk.post("/api/act", json={"id": "tap-00001", "action": "stop"})
        assert answer.status == 200
        assert [event.action for event in live.taken] == ["stop"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/csp-report"]
)
async def test_only_json_changes_anything(live, site, content_type):
    """What a form can send is refused, whatever is in it."""
    async with site.browser("staff") as desk:
        body = json.dumps({"id": "tap-00001", "action": "stop"})
        answer = await desk.post("/api/act", data=body, headers={"Content-Type": content_type})
        assert answer.status == 415
        assert live.taken == []


@pytest.mark.parametrize("place", ["/api/act", "/api/product", "/api/paste", "/api/preview"])
async def test_a_get_changes_nothing(live, site, place):
    """The addresses that change something take no GET."""
    async with site.browser("staff") as desk:
        answer = await desk.get(place, params={"action": "stop", "id": "tap-00001"})
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"
        assert live.taken == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000, 413),
        (b"[" * 30_000, 400),
        (b'{"id": NaN}', 400),
        (b"\xff\xfe", 400),
        (b'"just a text"', 400),
        (b"9" * 5000, 400),
        (b'{"id":"tap-00001","action":"stop","more":1}', 400),
        (b'{"id":"x","action":"stop"}', 400),
        (b'{"id":"tap-00001","action":"rm -rf"}', 400),
        (b'{"id":"tap-00001","action":"boost"}', 400),
        (b" " * 70_000, 413),
    ],
)
async def test_a_bad_body_is_refused_in_words(live, site, body, status):
    """Whatever is no right body gets a status, what is wrong, and what to do: never a traceback."""
    async with site.browser("staff") as desk:
        answer = await desk.post("/api/act", data=body, headers={"Content-Type": "application/json"})
        text = await answer.text()
        assert answer.status == status
        assert set(json.loads(text)["error"]) == {"code", "what", "next_step"}
        assert "Traceback" not in text
        assert live.taken == []


async def test_an_unforeseen_failure_is_one_plain_answer(live, site):
    """When livebot itself fails, the page gets 500 with words, and nothing of the failure's text."""
    live.refuse = ZeroDivisionError("secret detail")
    async with site.browser("staff") as desk:
        answer = await desk.post("/api/act", json={"id": "tap-00001", "action": "stop"})
        assert answer.status == 500
        assert "secret" not in await answer.text()


async def test_an_unknown_address_is_a_page_for_people_and_words_for_programs(site):
    """A person gets a plain 404 page, a program JSON."""
    async with aiohttp.ClientSession(site.base) as client:
        page = await client.get("/nowhere", headers={"Accept": "text/html"})
        words = await client.get("/nowhere")
        assert (page.status, page.content_type) == (404, "text/html")
        assert (words.status, (await words.json())["error"]["code"]) == (404, "missing")


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "vendor/../../app.py", "/etc/passwd", "desk.html", "", "base.css%00.mjs"]
)
async def test_no_address_leads_out_of_the_static_files(site, name):
    """Only the names of the files themselves are served."""
    import yarl

    async with aiohttp.ClientSession() as client:
        answer = await client.get(yarl.URL(f"{site.base}/static/{name}", encoded=True))
        assert answer.status == 404


async def test_a_file_is_sent_once(site):
    """A browser that has a file gets 304 for it."""
    async with aiohttp.ClientSession(site.base) as client:
        first = await client.get("/static/vendor/preact.mjs")
        again = await client.get("/static/vendor/preact.mjs", headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status, again.status, await again.read()) == (200, 304, b"")


def test_addresses_carry_their_token_behind_the_hash():
    """What is printed for people has the token where no server and no referrer sees it."""
    tokens = {"staff": "S", "overlay": "O", "board": "B", "bridge": "X"}
    pages = [("desk", "S"), ("board", "B"), ("overlay", "O")]
    assert WebSettings().addresses(tokens) == [(page, f"http://127.0.0.1:8765/{page}#{token}") for page, token in pages]
    assert WebSettings(help=True).addresses(tokens)[-1] == ("help", "http://127.0.0.1:8765/help")
    named = WebSettings(bind="0.0.0.0", name="desk.shop.example", https=True)
    assert named.addresses(tokens)[0] == ("desk", "https://desk.shop.example/desk#S")


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        (WebSettings(bind="::1"), "[::1]:8765"),
        (WebSettings(bind="192.168.0.7"), "192.168.0.7:8765"),
        (WebSettings(bind="0.0.0.0"), "127.0.0.1:8765"),
        (WebSettings(name="Desk.shop:9000"), "Desk.shop:9000"),
    ],
)
def test_a_printed_address_is_one_that_is_answered(settings, host):
    """Whatever livebot listens on, the address it prints passes its own Host check."""
    address = dict(settings.addresses({"staff": "S"}))["desk"]
    assert address == f"http://{host}/desk#S"
    assert host.lower() in settings.hosts()


def test_every_name_is_answered():
    """The first name is the one that is printed; a browser that came by another is let in as well, over TLS too."""
    settings = WebSettings(bind="0.0.0.0", name="Desk.shop", also=("10.0.0.5", "other.shop"), https=True)
    assert dict(settings.addresses({"staff": "S"}))["desk"] == "https://Desk.shop/desk#S"
    assert {"desk.shop", "10.0.0.5", "other.shop", "other.shop:8765"} <= settings.hosts()
    assert "https://other.shop" in settings.origins()


def test_listening_everywhere_is_not_answering_to_everything():
    """Bound to all interfaces, livebot still answers only to its own names."""
    assert "0.0.0.0:8765" not in WebSettings(bind="0.0.0.0").hosts()
