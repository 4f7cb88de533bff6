"""A real server in a process of its own, and a real browser before it. No request may leave this machine."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from .server import CUSTODIAN

BROWSER_SETTINGS = (
    "--no-sandbox",  # the browser's own sandbox needs rights that a build machine may not give
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Visitor:
    """One browser window, and everything in it that should not have happened."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._look)

    def _look(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.complaints.append(f"went to {request.url}")

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path.removeprefix("/"))
        return self.page

    def sign_in(self, name: str = CUSTODIAN[0], passphrase: str = CUSTODIAN[1]) -> Page:
        self.go("/sign-in")
        self.page.get_by_label("Name of the agent").fill(name)
        self.page.get_by_label("Passphrase").fill(passphrase)
        self.page.get_by_role("button", name="Open key").click()
        expect(self.page.locator("header .who, [role=alert]").first).to_be_visible()
        return self.page


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    program = Path(__file__).with_name("server.py")
    server = subprocess.Popen([sys.executable, program, folder], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


@pytest.fixture(scope="module")  # its event loop must be over when other tests want one of their own
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*BROWSER_SETTINGS]
        )
        yield browser
        browser.close()


@pytest.fixture(params=["with script", "without script"])
def context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(java_script_enabled=request.param == "with script", locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def visitor(context: BrowserContext, address: str) -> Iterator[Visitor]:
    one = Visitor(context, address)
    yield one
    assert one.complaints == []
