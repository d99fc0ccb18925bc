"""Figures for monitoring, and whether livebot is alive."""

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from livebot.web.app import create_app


async def figures(site) -> dict[str, float]:
    """Fetch and parse /metrics: name{labels} -> value."""
    async with aiohttp.ClientSession(site.base) as client, client.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        families = text_string_to_metric_families(await answer.text())
        return {s.name + "".join(f"[{v}]" for v in s.labels.values()): s.value for family in families for s in family.samples}


async def test_the_figures_follow_the_show(live, site):
    """Lines, readings, decisions, posts' fates, open questions and pages are counted."""
    question = live.say("민감성 피부에도 써도 되나요?")
    live.say("우와")
    live.say("반품할 수 있나요?", "여름밤")
    live.speak("안녕하세요")
    live.tap("post_faq", question, faq="skin")
    live.settle("sent")
    async with site.page() as page:
        await page.until(lambda doc: len(doc["lines"]) == 4)
        now = await figures(site)
    assert now["livebot_messages_total[chat]"] == 3
    assert now["livebot_messages_total[voice]"] == 1
    assert now["livebot_readings_total[question]"] == 2
    assert now["livebot_decisions_total[post_faq]"] == 1
    assert now["livebot_sends_total[sent]"] == 1
    assert now["livebot_sends_total[unknown]"] == 0
    assert now["livebot_open_questions"] == 1
    assert now["livebot_ws_clients[staff]"] == 1
    assert now["livebot_queue_depth"] == 0


async def test_reports_of_a_breached_policy_are_counted_and_not_read(site):
    """Any body in a report is taken without an error, and only counted; a report needs no Origin."""
    async with aiohttp.ClientSession(site.base) as client:
        for body, kind in ((b'{"csp-report":{}}', "application/csp-report"), (b"\xff[", "application/reports+json")):
            answer = await client.post("/api/csp", data=body, headers={"Content-Type": kind})
            assert answer.status == 204
    assert (await figures(site))["livebot_csp_reports_total"] == 2


async def test_livebot_is_ready_once_it_has_looked_at_the_show(live, site, served):
    """/healthz says alive at once and ready when pages have something to show."""
    async with aiohttp.ClientSession(site.base) as client:
        async with site.page() as page:
            await page.next()
        answer = await client.get("/healthz")
        assert (answer.status, await answer.json()) == (200, {"alive": True, "ready": True})


async def test_a_show_that_was_not_looked_at_is_not_ready(live, site):
    """Before the first look the answer is 503, for whatever waits until livebot is up."""
    from aiohttp.test_utils import TestClient, TestServer

    app = create_app(live, site.access, site.settings)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/healthz", headers={"Host": f"localhost:{site.settings.port}"})
        assert (answer.status, (await answer.json())["ready"]) == (503, False)
