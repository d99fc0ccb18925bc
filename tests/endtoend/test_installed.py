"""What people install: the wheel, outside the checkout, plays the demo show to its end, on the terminal and in a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
SECONDS = 400  # of real time, on a machine that has other work


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `livebot` of a wheel that is installed in an environment of its own; what it depends on comes from this one."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    (site,) = (folder / "venv/lib").glob("python*/site-packages")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel], check=True)
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))  # .pth files in there, such as this checkout's, are not followed
    program = folder / "venv/bin/livebot"
    program.write_text(f"#!{folder}/venv/bin/python\nfrom livebot.cli import main\nmain()\n")
    program.chmod(0o755)
    return program


class Demo:
    """A demo show that plays, and what it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.printed = ""

    def until(self, pattern: str) -> re.Match[str]:
        """Read on until a line says it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"{pattern} was never printed:\n{self.printed}")

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.printed += self.process.communicate(timeout=60)[0]
        return self.process.returncode


@contextmanager
def demo(program: Path, folder: Path, *args: str) -> Iterator[Demo]:
    """Play the demo show in an empty folder and an empty home."""
    env = {"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    command = ["timeout", "--foreground", str(SECONDS), str(program), "demo", "--port", "0", "--no-open", *args]
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield Demo(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # the show would outlive `timeout`
            process.communicate()


def test_the_installed_demo_plays_to_its_end(installed: Path, tmp_path: Path) -> None:
    """From the wheel alone: the addresses, the end of the show in words, status 0 at SIGTERM, and no traceback."""
    with demo(installed, tmp_path, "--speed", "200", "--lang", "en") as show:
        show.until(r"^desk http://127\.0\.0\.1:\d+/desk#\S+$")
        show.until("the demo show is over")
        assert show.stop() == 0, show.printed
    assert "Traceback" not in show.printed and "site-packages" not in show.printed
    assert list(tmp_path.iterdir()) == []


def test_the_desk_shows_the_demo(installed: Path, tmp_path: Path) -> None:
    """In a real browser: questions come in by themselves, one is closed by its key, and nothing goes wrong in the console."""
    if not CHROMIUM.exists():
        pytest.skip("needs chromium")
    from playwright.sync_api import sync_playwright

    with demo(installed, tmp_path, "--speed", "20") as show, sync_playwright() as driver:
        address = show.until(r"^desk (http\S+)$")[1]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="ko-KR")
        page.set_default_timeout(SECONDS * 1000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.locator("[role=option]").nth(2).wait_for()
        page.locator("[role=option]").first.click()
        chosen = page.locator("[role=option][aria-selected=true]")
        text = chosen.locator(".row-question").inner_text()
        page.keyboard.press("d")  # this question needs no answer
        page.get_by_role("button", name="끝남").click()
        page.locator("[role=option]", has_text=text).wait_for()
        browser.close()
        assert faults == []
        assert show.stop() == 0, show.printed
