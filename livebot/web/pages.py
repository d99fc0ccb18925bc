"""The pages and their files, held in memory: what is served is what was there at the start, and no path reaches the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from livebot.web.door import Handler

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain",
}
ADDRESSES = {"/": "start.html", "/desk": "desk.html", "/board": "board.html", "/overlay": "overlay.html"}


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    body: bytes
    content_type: str
    etag: str


class Pages:
    """Serves the pages and `/static/…`; with `help_too` the start page leads to the viewers' page as well."""

    def __init__(self, help_too: bool = False) -> None:
        self._files = dict(_read(files("livebot.web") / "static", ""))
        if help_too:
            start = self._files["start.html"].body.replace(b'id="page"', b'id="page" data-help')
            self._files["start.html"] = _file(start, "text/html")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Serve the page of an address in `ADDRESSES`."""
        return self._send(request, self._files[ADDRESSES[request.path]], 200)

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Serve a file by its exact name; the pages themselves have addresses of their own."""
        name = request.match_info["name"]
        found = self._files.get(name)
        if found is None or name.endswith(".html"):
            raise web.HTTPNotFound
        response = self._send(request, found, 200)
        response.headers["Cache-Control"] = "no-cache"
        return response

    @web.middleware
    async def missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer an address where nothing is with a page, if a person asks."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            if "text/html" not in request.headers.get("Accept", ""):
                raise
            return self._send(request, self._files["missing.html"], 404)

    def _send(self, request: web.Request, file: File, status: int) -> web.Response:
        if status == 200 and request.headers.get("If-None-Match") == f'"{file.etag}"':
            return web.Response(status=304, headers={"ETag": f'"{file.etag}"'})
        charset = "utf-8" if file.content_type != "image/svg+xml" else None
        response = web.Response(body=file.body, status=status, content_type=file.content_type, charset=charset)
        response.etag = file.etag
        return response


def _read(folder: Traversable, prefix: str) -> list[tuple[str, File]]:
    out: list[tuple[str, File]] = []
    for each in folder.iterdir():
        if each.is_dir():
            out += _read(each, f"{prefix}{each.name}/")
        elif (content_type := TYPES.get("." + each.name.rpartition(".")[2])) is not None:
            out.append((prefix + each.name, _file(each.read_bytes(), content_type)))
    return out


def _file(body: bytes, content_type: str) -> File:
    return File(body, content_type, hashlib.sha256(body).hexdigest()[:20])
