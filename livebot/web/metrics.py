"""What monitoring asks: `/metrics` in Prometheus' text form, read from the feed's counters when it is asked for, and `/healthz`."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from livebot.web.door import json_response
from livebot.web.hub import Hub
from livebot.web.live import Live
from livebot.web.mirror import Mirror

COUNTERS = (
    ("message", "livebot_messages", "Chat lines and captions read.", "source", ("chat", "voice")),
    ("reading", "livebot_readings", "Lines by what they were taken for.", "kind", ("question", "answer", "thanks", "other")),
    ("decision", "livebot_decisions", "Decisions by kind.", "kind", ()),
    ("sent", "livebot_sends", "Posts by what became of them.", "fate", ("sent", "dropped", "unknown")),
)


class ShowMetrics(Collector):
    """The show's figures. `csp_reports` counts what browsers said about a breach of the pages' policy."""

    def __init__(self, live: Live, mirror: Mirror, hub: Hub) -> None:
        self._live = live
        self._mirror = mirror
        self._hub = hub
        self.csp_reports = 0

    def collect(self) -> Iterable[Metric]:
        """Yield every figure as it is now."""
        counts = self._live.feed.counts
        for key, name, says, label, always in COUNTERS:
            family = CounterMetricFamily(name, says, labels=[label])
            seen = {value: count for (kind, value), count in counts.items() if kind == key}
            for value, count in (dict.fromkeys(always, 0) | seen).items():
                family.add_metric([value], count)
            yield family
        yield GaugeMetricFamily("livebot_open_questions", "Questions that wait for an answer.", self._mirror.open_count())
        yield GaugeMetricFamily("livebot_queue_depth", "Events that wait to be handled.", self._live.queued())
        yield GaugeMetricFamily("livebot_lag_seconds", "How far livebot is behind the chat.", self._mirror.base.get("lag", 0.0))
        clients = GaugeMetricFamily("livebot_ws_clients", "Open pages.", labels=["role"])
        for role, count in self._hub.counts().items():
            clients.add_metric([role], count)
        yield clients
        yield CounterMetricFamily("livebot_csp_reports", "Breaches of the pages' policy that browsers reported.", self.csp_reports)


class Monitoring:
    """The addresses for programs that watch over livebot."""

    def __init__(self, registry: CollectorRegistry, metrics: ShowMetrics, mirror: Mirror) -> None:
        self._registry = registry
        self._metrics = metrics
        self._mirror = mirror

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """Serve every figure in the registry."""
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def health(self, request: web.Request) -> web.StreamResponse:
        """Say that livebot is alive, and whether its pages have something to show."""
        ready = bool(self._mirror.base)
        return json_response({"alive": True, "ready": ready}, status=200 if ready else 503)

    async def csp(self, request: web.Request) -> web.StreamResponse:
        """Count a browser's report; what is in it is not read: anybody may send one."""
        self._metrics.csp_reports += 1
        return web.Response(status=204)
