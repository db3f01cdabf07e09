"""What a first visit to each page of a site weighs, over HTTP with gzip and an empty cache."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

#: Types that hosts compress; fonts are compressed already.
TEXT = (".html", ".css", ".js", ".svg", ".json")


class Gzip(SimpleHTTPRequestHandler):
    """Serves files as GitHub Pages does: text compressed, the rest as it is."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in TEXT:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def hosted(site: Path) -> Iterator[str]:
    """Serve a site as a host would, at a free port; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Gzip, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def chromium(playwright: Playwright) -> Browser:
    """Start Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return playwright.chromium.launch(
        executable_path=next(filter(None, map(shutil.which, names))),
        args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
    )


def first_visit(browser: Browser, address: str) -> list[int]:
    """The bytes of each answer to a new visitor who scrolls a page to its end."""
    page = browser.new_context().new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers["content-length"])))
    page.goto(address, wait_until="networkidle")
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    page.context.close()
    return sizes


def first_visits(site: Path) -> None:
    """Print bytes and requests for each page that a reader comes to."""
    print(f"{'first visit':40} {'KB':>6} {'requests':>9}")
    with hosted(site) as address, sync_playwright() as playwright:
        browser = chromium(playwright)
        for path in sorted(site.glob("*/**/*.html")):
            name = path.relative_to(site)
            sizes = first_visit(browser, f"{address}{name}")
            print(f"{name!s:40} {sum(sizes) / 1000:6.1f} {len(sizes):9}")
        browser.close()
