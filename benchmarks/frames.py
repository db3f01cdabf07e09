"""The work of a frame while each widget of a site plays, is dragged, and is moved by its sliders.

Chromium is slowed down to a quarter, as slow as a cheap phone. Measured is from the beginning of a
frame until the browser has drawn it and takes up something else.
"""

from __future__ import annotations

import json
import shutil
import statistics
from pathlib import Path

from first_visit import hosted
from playwright.sync_api import Page, sync_playwright

SLOWER = 4

WATCH = """
window.frames_took = [];
const channel = new MessageChannel();
let began;
channel.port1.onmessage = () => frames_took.push(performance.now() - began);
const watch = () => {
  began = performance.now();
  channel.port2.postMessage(0);
  requestAnimationFrame(watch);
};
requestAnimationFrame(watch);
"""


def widgets(site: Path) -> list[tuple[str, str]]:
    """Names of widgets, and the English pages that they are on."""
    names = [path.stem for path in sorted((site / "en/_static/widgets").glob("*.json"))]
    pages = sorted((site / "en").rglob("*.html"))
    return [
        (name, str(page.relative_to(site)))
        for name in names
        for page in pages
        if f"<{name} " in page.read_text("utf-8")
    ]


def play(page: Page, name: str) -> None:
    page.locator(f"{name} button[name=play]").click()
    page.wait_for_timeout(3000)


def drag(page: Page, name: str) -> None:
    box = page.locator(f"{name} svg[role]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 80, steps=100)
    page.mouse.up()


def slide(page: Page, name: str) -> None:
    page.locator(f"{name} input[type=range]").first.focus()
    for _ in range(60):
        page.keyboard.press("ArrowRight")


def frames(site: Path) -> None:
    """Print the median and the worst but five in a hundred, in milliseconds."""
    names = ("chromium", "chromium-browser", "google-chrome")
    print(f"{f'a frame, {SLOWER} times slower':40} {'median':>8} {'95 %':>8} {'frames':>8}")
    with hosted(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, names))),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        for name, path in widgets(site):
            page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
            page.goto(address + path, wait_until="networkidle")
            page.locator(name).scroll_into_view_if_needed()
            devtools = page.context.new_cdp_session(page)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.evaluate(WATCH)
            for act in (play, drag, slide):
                page.evaluate("window.frames_took.length = 0")
                act(page, name)
                took = json.loads(page.evaluate("JSON.stringify(window.frames_took)"))
                tail = statistics.quantiles(took, n=20)[-1]
                what = f"{name}, {act.__name__}"
                print(f"{what:40} {statistics.median(took):8.1f} {tail:8.1f} {len(took):8}")
            page.context.close()
        browser.close()
