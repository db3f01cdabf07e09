"""Each widget of the book in a real browser, and its numbers beside those of the page's Python.

A new widget is one more :class:`Case`.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cells
import pytest
from conftest import ROOT, SITE
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from test_browser import AXE, LANGUAGES, TWO_FRAMES, WCAG
from test_same_numbers import read

SCRIPTS = ROOT / "static" / "widgets"


@dataclass
class Case:
    """What the tests need to know of a widget."""

    name: str
    docname: str
    python: str
    """Code of a function ``numbers`` of the settings, on top of what the page's cells define."""
    slider: str
    """A setting that a slider sets, and that dragging across the drawing sets."""
    also: list[dict[str, Any]]
    """Settings that chance would hardly come upon."""
    figure: str
    """The name of the figure."""

    def path(self, language: str) -> str:
        return f"{language}/{self.docname}.html"

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((SCRIPTS / f"{self.name}.json").read_text())["state"]
        return found

    def some(self, count: int) -> list[dict[str, Any]]:
        """Settings by chance, the same in each run, and as many of the others."""
        chance = random.Random(1)

        def one(values: Any) -> Any:
            if values == "boolean":
                return chance.random() < 0.5
            low = values[0]
            return chance.choice(values) if isinstance(low, str) else chance.uniform(*values)

        found = [{n: one(v) for n, v in self.state.items()} for _ in range(count)]
        return found + chance.sample(self.also, min(count, len(self.also)))


CASES = [
    Case(
        "secant-tangent",
        "lessons/derivatives",
        """
def numbers(function, x, h):
    g, slope_of_g = functions[function]
    secant, tangent = average_rate(g, x, h), slope_of_g(x)
    return {
        "height": g(x), "rise": g(x + h) - g(x), "run": h,
        "secant": secant, "tangent": tangent, "difference": secant - tangent,
    }
""",
        "x",
        [
            {"function": name, "x": 0, "h": h}
            for name in ("absolute", "jump", "cubic")
            for h in (1, -0.5, 0.001, -0.001)
        ],
        "fig-secant-tangent",
    ),
    Case(
        "learning-rate",
        "lessons/gradient-descent",
        """
def numbers(curve, start, alpha, steps):
    cost, slope, _ = curves[curve]
    with np.errstate(all="ignore"):
        theta = descend(slope, start, alpha, epsilon=0, most=int(steps)).tolist()[-1]
    verdict, n = judge(curve, start, alpha)
    return {
        "theta": theta, "loss": cost(theta), "gradient": slope(theta),
        "next": abs(alpha * slope(theta)), "n": n, "verdict": verdict,
    }
""",
        "start",
        [
            {"curve": curve, "start": start, "alpha": alpha, "steps": steps}
            for curve, starts in {
                "square": [8.0, -0.5, 0.0],
                "lifted": [8.0],
                "wells": [1.6, -1.6, 0.2],
                "plateau": [1.0, 2.5, 2.667, 3.0],
            }.items()
            for start in starts
            for alpha in (
                *(0.001, 0.02, 0.04, 0.1, 0.22, 0.26, 0.285, 0.3),
                *(0.5, 0.8, 0.99, 1.0, 1.01, 1.145, 1.2),
            )
            for steps in (1, 5, 60)
        ],
        "fig-playground",
    ),
    Case(
        "optimizer-race",
        "lessons/adam",
        """
def numbers(landscape, step, shown, alpha, stride, beta1, beta2, decay, noise, x, y, **enabled):
    runners = {
        "sgd": (descend, {"alpha": alpha}),
        "momentum": (momentum, {"alpha": alpha, "beta": beta1}),
        "rmsprop": (rmsprop, {"alpha": stride}),
        "adam": (adam, {"alpha": stride, "beta1": beta1, "beta2": beta2}),
        "adamw": (adamw, {"alpha": stride, "beta1": beta1, "beta2": beta2, "decay": decay}),
    }
    J, slope = landscapes[landscape]
    heard, gradients = noisy(slope, noise), []
    def grad(theta):
        gradients.append(heard(theta))
        return gradients[-1]
    step = int(step)
    g, m, v, m_hat, v_hat, move = np.full((6, 2), np.nan)
    runner, options = runners[shown]
    with np.errstate(all="ignore"):
        path = runner(grad, np.array([x, y]), steps=step, **options)
        theta = path[-1]
        if shown in ("momentum", "adam", "adamw"):
            m = sum([beta1**k * (1 - beta1) * g for k, g in enumerate(gradients[::-1])], 0 * theta)
        if shown in ("rmsprop", "adam", "adamw"):
            b = 0.9 if shown == "rmsprop" else beta2
            v = sum([b**k * (1 - b) * g**2 for k, g in enumerate(gradients[::-1])], np.zeros(2))
        if step:
            g, m_hat, v_hat = gradients[-1], m / (1 - beta1**step), v / (1 - beta2**step)
            move = path[-2] - path[-1]
        if not shown.startswith("adam"):
            m_hat, v_hat = np.full((2, 2), np.nan)
        kept = {"theta": theta, "g": g, "move": move}
        kept |= {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat}
        pairs = {f"{name}{i + 1}": pair[i] for name, pair in kept.items() for i in (0, 1)}
        return {**pairs, "loss": J(*theta)}
""",
        "x",
        [
            {
                **{"landscape": landscape, "step": step, "shown": shown, "x": -1.2, "y": 0.7},
                **{"alpha": 0.02, "stride": 0.05, "beta1": 0.9, "beta2": 0.999},
                **{"decay": 0.5, "noise": noise},
                **dict.fromkeys(["sgd", "momentum", "rmsprop", "adam", "adamw"], True),
            }
            for landscape, shown, step, noise in (
                ("ravine", "adam", 0, 0),
                ("turned", "momentum", 1, 0),
                ("saddle", "adamw", 1, 3),
                ("rosenbrock", "rmsprop", 300, 0),
                ("minima", "sgd", 300, 3),
            )
        ],
        "fig-race-paths",
    ),
]
each_widget = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A new reader; no page may complain, or ask another site for anything."""
    problems: list[str] = []
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 1000})
    # To Chromium, each file is a site of its own; it will not preload a font from another.
    font = re.compile(r"file:\S+woff2|<link preload>|net::ERR_FAILED")
    context.on("console", lambda m: None if font.search(m.text) else problems.append(m.text))
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "file:", "data:"))
            else problems.append(request.url)
        ),
    )
    yield context
    context.close()
    assert not problems


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(page: Page, case: Case, language: str = "en", state: str = "") -> Locator:
    """Go to a widget; return it when it has drawn."""
    page.goto(case.path(language) + (f"#{case.figure}?{state}" if state else ""))
    widget = page.locator(case.name)
    expect(widget.locator("svg[role] text").first).to_be_attached()
    widget.scroll_into_view_if_needed()
    return widget


def state_of(widget: Locator) -> dict[str, Any]:
    found: dict[str, Any] = widget.evaluate("widget => widget.state")
    return found


def frames(page: Page) -> None:
    """Wait until what was set has been drawn."""
    page.evaluate(f"() => new Promise({TWO_FRAMES})")


# --- numbers -----------------------------------------------------------------------------------


def python_numbers(case: Case, states: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """The numbers of some states, by the code of the page itself."""
    page = read(case.docname, "en", folder)
    code = f"""{case.python}
import json
states = json.loads({json.dumps(states)!r})
print(json.dumps([numbers(**state) for state in states], default=float))
"""
    page.notebook.cells.append(new_code_cell(code))
    page.notebook.metadata["source_map"].append(0)
    record = cells.execute(page, ROOT / "docs" / "startup.py", 60)
    found: list[dict[str, Any]] = json.loads(record["outputs"][-1][0]["text"])
    return found


@each_widget
def test_numbers_are_those_of_the_page(case: Case, page: Page, tmp_path: Path) -> None:
    states = case.some(150) + case.also
    opened(page, case)
    compute = "([name, states]) => states.map(s => customElements.get(name).compute(s))"
    for state, mine, pythons in zip(
        states,
        page.evaluate(compute, [case.name, states]),
        python_numbers(case, states, tmp_path),
        strict=True,
    ):
        words = {name: word for name, word in pythons.items() if isinstance(word, str)}
        assert {name: mine.pop(name) for name in words} == words, state
        numbers = {name: pythons[name] for name in pythons.keys() - words.keys()}
        assert mine == pytest.approx(numbers, rel=1e-9, abs=1e-12, nan_ok=True), state


@each_widget
def test_numbers_are_shown(case: Case, page: Page) -> None:
    widget = opened(page, case)
    for state in case.some(5):
        widget.evaluate("(widget, state) => widget.set(state)", state)
        frames(page)
        numbers = widget.evaluate("widget => widget.constructor.compute(widget.state)")
        cells = "widget => [...widget.cells].map((cell) => [cell.dataset.name, cell.innerText])"
        for name, shown in widget.evaluate(cells):
            number = numbers[name]
            if math.isnan(number):
                assert shown == "–"
                continue
            mantissa, _, power = shown.replace("−", "-").partition("\u00a0×\u00a010")
            power = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
            read = float(f"{mantissa}e{power or 0}".replace("∞e0", "inf"))
            assert read == pytest.approx(number, rel=0.006, abs=0.0006 if not power else 0)


@each_widget
def test_weighs_little(case: Case) -> None:
    folder = SITE / "en/_static/widgets"
    files = [folder / name for name in ("widget.js", "widget.css", f"{case.name}.js")]
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) <= 8 * 1024


# --- its place ---------------------------------------------------------------------------------


#: What moves in the text of the page; furo's own script moves its header.
SHIFTS = """
window.shifts = [];
const moved = ({ node }) => document.querySelector("article")?.contains(node);
new PerformanceObserver((list) =>
  window.shifts.push(...list.getEntries().filter((entry) => entry.sources.some(moved)))
).observe({ type: "layout-shift", buffered: true });
"""


@each_widget
@each_language
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_moves_when_it_starts(case: Case, language: str, width: int, page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"widgets/widget\.js"), lambda route: held.append(route))
    page.add_init_script(SHIFTS)
    page.set_viewport_size({"width": width, "height": 900})
    with page.expect_request(re.compile(r"widgets/widget\.js")):
        page.goto(case.path(language), wait_until="commit")
    figure = page.locator(f"#{case.figure}")
    figure.locator("img").scroll_into_view_if_needed()
    expect(figure.locator("img")).to_be_visible()
    expect(figure.locator(".interactive")).to_be_hidden()
    # The theme's own script waits too; it shows a button beside the title.
    page.evaluate("document.documentElement.classList.remove('no-js')")
    page.evaluate("document.fonts.ready")
    frames(page)
    page.evaluate("window.shifts.length = 0")
    before = figure.bounding_box()
    assert len(held) == 1
    held[0].continue_()
    expect(figure.locator(".ready .interactive")).to_be_visible()
    expect(figure.locator("img")).to_be_hidden()
    expect(figure.locator("svg[role] text").first).to_be_attached()
    frames(page)
    assert figure.bounding_box() == before
    assert not page.evaluate("window.shifts.map((shift) => shift.value)")
    for state in case.some(3):
        figure.locator(case.name).evaluate("(widget, state) => widget.set(state)", state)
        page.wait_for_function("name => !document.querySelector(name).frame", arg=case.name)
        frames(page)
    after = figure.bounding_box()
    assert after
    assert before
    assert after["height"] == before["height"]


@each_widget
@each_language
def test_picture_without_scripts_and_on_paper(
    case: Case, language: str, browser: Browser, address: str, page: Page
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(case.path(language))
    opened(page, case, language)
    page.emulate_media(media="print")
    for sheet in (plain, page):
        figure = sheet.locator(f"#{case.figure}")
        expect(figure.locator("img")).to_be_visible()
        expect(figure.locator(".interactive")).to_be_hidden()
        assert figure.locator("img").get_attribute("alt")
    page.pdf(page_ranges="1")  # Chromium loads what it prints
    page.wait_for_function(
        "id => document.querySelector(`#${id} img`).naturalWidth", arg=case.figure
    )
    context.close()


@each_widget
def test_picture_is_not_loaded_where_it_is_not_seen(case: Case, page: Page) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    widget = opened(page, case)
    page.wait_for_load_state("networkidle")
    source = widget.locator("img").get_attribute("src") or ""
    assert not [url for url in seen if url.endswith(Path(source).name)]


# --- mouse, finger, keyboard -------------------------------------------------------------------


def drag(page: Page, case: Case, widget: Locator) -> None:
    box = widget.locator("svg[role]").bounding_box()
    assert box
    y = box["y"] + 60
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, y, steps=5)
    frames(page)


@each_widget
@each_language
def test_mouse(case: Case, language: str, page: Page) -> None:
    widget = opened(page, case, language)
    drag(page, case, widget)
    first = state_of(widget)[case.slider]
    page.mouse.move(0, 300, steps=5)
    page.mouse.up()
    page.mouse.move(900, 300)
    frames(page)
    assert state_of(widget)[case.slider] == case.state[case.slider][0] < first


@each_widget
@each_language
def test_finger(case: Case, language: str, browser: Browser, address: str) -> None:
    """A tap and a movement across set something, a movement along the page scrolls it."""
    context = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    widget = opened(page, case, language)
    widget.locator("svg[role]").scroll_into_view_if_needed()
    box = widget.locator("svg[role]").bounding_box()
    assert box
    x, y = box["x"] + 200, box["y"] + 200
    devtools = context.new_cdp_session(page)

    def swipe(across: int, down: int) -> None:
        for step in range(11):
            point = {"x": x + across * step / 10, "y": y + down * step / 10}
            kind = "touchMove" if step else "touchStart"
            devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
            frames(page)
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        frames(page)

    before, scrolled = state_of(widget), page.evaluate("scrollY")
    swipe(5, -120)
    assert page.evaluate("scrollY") > scrolled + 50
    assert state_of(widget) == before
    swipe(5, 120)
    assert state_of(widget) == before
    swipe(-120, 5)
    swiped = state_of(widget)[case.slider]
    assert swiped < before[case.slider]
    for _ in range(20):  # a tap for which a busy machine takes too long is a long press instead
        page.touchscreen.tap(x + 100, y)
        page.wait_for_timeout(500)  # a click comes of it when the browser is sure
        if tapped := state_of(widget)[case.slider] > swiped:
            break
    assert tapped
    context.close()


@each_widget
@each_language
def test_keyboard(case: Case, language: str, page: Page) -> None:
    """Every control is reached by Tab, shows that it is, and works."""
    widget = opened(page, case, language)
    controls = widget.locator("input, select, button")
    controls.first.focus()
    for number in range(controls.count()):
        expect(controls.nth(number)).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        outline = controls.nth(number).evaluate("e => getComputedStyle(e).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Tab")
    before = state_of(widget)[case.slider]
    widget.locator(f"input[name={case.slider}]").focus()
    page.keyboard.press("ArrowRight")
    frames(page)
    assert state_of(widget)[case.slider] > before
    widget.locator("button[name=reset]").focus()
    page.keyboard.press("Enter")
    assert state_of(widget)[case.slider] == before


@each_widget
@each_language
def test_touch_targets_are_large(case: Case, language: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    for target in opened(page, case, language).locator("label, button").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


# --- time --------------------------------------------------------------------------------------


@each_widget
def test_play_can_be_stopped_and_ends_out_of_sight(case: Case, page: Page) -> None:
    widget = opened(page, case)
    play = widget.locator("button[name=play]")
    expect(play).to_have_attribute("aria-pressed", "false")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    page.evaluate("scrollTo(0, 0)")
    expect(play).to_have_attribute("aria-pressed", "false")
    assert widget.evaluate("widget => widget.frame") == 0


@each_widget
def test_speaks_only_when_it_rests(case: Case, page: Page) -> None:
    widget = opened(page, case)
    status = widget.locator("[role=status]")
    expect(status).not_to_be_empty()
    page.evaluate(
        """name => new MutationObserver(() => { window.said = (window.said ?? 0) + 1 })
        .observe(document.querySelector(`${name} [role=status]`), { childList: true })""",
        case.name,
    )
    drawing = widget.locator("svg[role]")
    before = drawing.get_attribute("aria-label") or ""
    drag(page, case, widget)
    page.mouse.up()
    frames(page)
    expect(drawing).not_to_have_attribute("aria-label", before)
    expect(status).to_have_text(drawing.get_attribute("aria-label") or "?")
    assert page.evaluate("window.said") == 1


@each_widget
def test_no_motion_for_those_who_want_none(case: Case, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    widget = opened(page, case)
    before = state_of(widget)
    widget.locator("button[name=play]").click()
    frames(page)
    assert widget.evaluate("widget => !widget.motion && !widget.frame")
    assert state_of(widget) != before


@each_widget
def test_leaves_nothing_behind(case: Case, page: Page) -> None:
    """What has been taken off the page does not hear of it any more; put back, it does."""
    widget = opened(page, case)
    page.evaluate(
        """name => {
          window.gone = document.querySelector(name);
          window.place = gone.parentElement;
          gone.play();
          gone.remove();
        }""",
        case.name,
    )
    frames(page)
    before = page.evaluate("({...gone.state})")
    assert page.evaluate("!gone.motion && !gone.frame")
    links = page.locator(f"a[data-set^='#{case.figure}']")
    links.first.click()
    frames(page)
    assert page.evaluate("({...gone.state})") == before
    page.evaluate("place.prepend(gone)")
    links.nth(1).click()
    frames(page)
    assert state_of(widget) != before


# --- the address -------------------------------------------------------------------------------


@each_widget
@each_language
def test_prose_points_into_it(case: Case, language: str, page: Page) -> None:
    widget = opened(page, case, language)
    links = page.locator(f"a[data-set^='#{case.figure}']")
    assert links.count() >= 2
    states = []
    for link in links.all():
        link.click()
        frames(page)
        states.append(state_of(widget))
        expect(widget).to_be_in_viewport()
        expect(page).to_have_url(re.compile(f"#{case.figure}"))
    assert all(one != other for i, one in enumerate(states) for other in states[:i])
    widget.locator("button[name=reset]").click()
    links.last.click()
    frames(page)
    assert state_of(widget) == states[-1]


@each_widget
def test_link_that_is_copied_leads_back(case: Case, context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    widget = opened(page, case)
    drag(page, case, widget)
    page.mouse.up()
    widget.locator("button[name=copy]").click()
    copied = widget.locator(".sentences [data-name=copied]").text_content() or "?"
    expect(widget.locator("[role=status]")).to_have_text(copied)
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    other = context.new_page()
    other.goto(link)
    expect(other.locator(f"{case.name}.ready")).to_be_in_viewport()
    assert state_of(other.locator(case.name)) == state_of(widget)


@each_widget
@each_language
def test_from_a_file(case: Case, language: str, page: Page) -> None:
    """Without a host, a network or a clipboard."""
    page.goto((SITE / case.path(language)).as_uri())
    widget = page.locator(f"{case.name}.ready")
    page.context.set_offline(True)
    drag(page, case, widget)
    page.mouse.up()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    widget.locator("button[name=copy]").click()
    said = widget.locator(".sentences [data-name=address]").text_content() or "?"
    expect(widget.locator("[role=status]")).to_have_text(said)
    expect(page).to_have_url(re.compile(rf"^file:.*#{case.figure}\?.*{case.slider}="))


@each_widget
def test_nonsense_in_the_address_is_overlooked(case: Case, page: Page) -> None:
    widget = opened(page, case)
    before = state_of(widget)
    page.goto(f"{case.path('en')}#{case.figure}?{case.slider}=a&none=1&x=%zz&%E0%A4%A")
    frames(page)
    assert state_of(widget) == before
    page.goto(f"{case.path('en')}#{case.figure}?{case.slider}=1e9")
    frames(page)
    assert state_of(widget)[case.slider] == case.state[case.slider][1]


# --- for everybody -----------------------------------------------------------------------------


ALONE = """
(widget) => {
  for (let one = widget; one !== document.body; one = one.parentElement)
    for (const other of one.parentElement.children) other.hidden ||= other !== one;
}
"""


@each_widget
@each_language
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_in_every_state(case: Case, language: str, scheme: Any, page: Page) -> None:
    page.emulate_media(color_scheme=scheme)
    widget = opened(page, case, language)
    widget.evaluate(ALONE)  # laying out the lesson anew at each width would take minutes
    page.evaluate(AXE)
    for state in [*case.some(2), case.also[0]]:
        widget.evaluate("(widget, state) => widget.set(state)", state)
        for width in (320, 640, 1280):  # 640: a window of 1280 at 200 %
            page.set_viewport_size({"width": width, "height": 900})
            frames(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            script = "([id, tags]) => axe.run(`#${id}`, { runOnly: tags })"
            result = page.evaluate(script, [case.figure, WCAG])
            assert not [found["id"] for found in result["violations"]]


def test_where_there_is_no_derivative_the_figure_says_why(page: Page) -> None:
    widget = opened(page, CASES[0], state="function=jump&x=0&h=-1")
    expect(widget.get_by_role("status")).to_have_text(re.compile("At this jump there is no tan"))
    expect(widget.locator("dd[data-name=tangent]")).to_have_text("–")
    label = widget.locator("svg[role]").get_attribute("aria-label") or ""
    assert "no derivative" in label
    widget.get_by_label("Function").select_option("|x|")
    expect(widget.get_by_role("status")).to_have_text(re.compile("slope −1\\. .*corner"))


def test_links_show_the_walks_that_the_prose_tells_of(page: Page) -> None:
    widget = opened(page, CASES[1])
    for words, said in {
        "α = 0.02": "it crawls",
        "α = ½": "one step and it is at the bottom",
        "α = 1": "for ever, and no closer",
        "α = 1.01": "it diverges",
        "Lift the valley by 12": "it swings in",
        "double well": "only a local minimum",
        "from the other side": "it converges",
        "far from the bottom": "it is stuck",
    }.items():
        page.locator("a[data-set]", has_text=re.compile(f"^{words}$")).click()
        expect(widget.get_by_role("status")).to_contain_text(said)


def test_strip_marks_where_the_walk_changes(page: Page) -> None:
    widget = opened(page, CASES[1])
    begin = "widget => widget.strip.map((band) => band.getBBox().x)"
    places = widget.evaluate("widget => [0.5, 1].map((alpha) => widget.at(alpha))")
    assert widget.evaluate(begin)[2:] == pytest.approx(places, abs=1)
    widget.evaluate("widget => widget.set({ curve: 'wells' })")
    frames(page)
    assert widget.evaluate(begin)[2:] != pytest.approx(places, abs=1)


def test_race_goes_on_where_it_is_and_back(page: Page) -> None:
    """Paths grow and shrink with the steps; the losses begin with the first."""
    race = next(case for case in CASES if case.name == "optimizer-race")
    widget = opened(page, race, state="step=3")

    def lengths() -> list[int]:
        frames(page)
        script = "race => [...race.querySelectorAll('polyline')].map((line) => line.points.length)"
        found: list[int] = widget.evaluate(script)
        return found

    assert lengths() == [4] * 4 + [0] + [3] * 4 + [0]
    widget.evaluate("race => { race.set({ step: 30 }) }")
    assert lengths() == [31] * 4 + [0] + [30] * 4 + [0]
    widget.evaluate("race => { race.set({ step: 10, sgd: false, adamw: true }) }")
    assert lengths() == [0] + [11] * 4 + [0] + [10] * 4
    widget.evaluate("race => { race.set({ x: 0.5 }) }")
    assert lengths() == [0] + [11] * 4 + [0] + [10] * 4
    widget.evaluate("race => { race.set({ sgd: true, alpha: 1, step: 300 }) }")
    assert lengths()[0] == 2  # gradient descent blows up, and is drawn until then
    assert lengths()[2] == 301
    expect(widget.get_by_role("status")).to_have_text(re.compile("Adam is at"))
    widget.get_by_label("Numbers of").select_option("gradient descent")
    expect(widget.get_by_role("status")).to_have_text(re.compile("descent has blown up"))


def test_race_is_scrubbed_along_its_losses(page: Page) -> None:
    race = next(case for case in CASES if case.name == "optimizer-race")
    widget = opened(page, race)
    before = state_of(widget)
    box = widget.locator("svg[role]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 100)
    page.mouse.down()
    frames(page)
    late = state_of(widget)["step"]
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 100)
    page.mouse.up()
    frames(page)
    assert late > state_of(widget)["step"] > 1
    assert {**state_of(widget), "step": 0} == {**before, "step": 0}
