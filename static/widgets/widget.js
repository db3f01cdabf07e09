// @ts-check
"use strict";
// What all figures that one can touch have in common. Their markup is made by the build.

/**
 * @typedef {Record<string, any>} State by names
 * @typedef {[number, number]} Pair
 * @typedef {{left: number, top: number, width: number, height: number}} Box in pixels
 */

/**
 * A number as in print, in ASCII digits; a small one with a power of ten.
 * @param {number} value
 */
function show(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const plain = value === 0 || (size >= 0.01 && size < 1e6);
  const [mantissa, power] = plain ? [value.toFixed(value % 1 ? 3 : 0)] : value.toExponential(2).split("e");
  const raised = [...(power ?? "")].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  return mantissa.replace("-", "−") + (power ? `\u00a0×\u00a010${raised}` : "");
}

/**
 * A new element of SVG.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {(Node | string)[]} content
 */
function make(name, attributes = {}, ...content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  change(element, attributes);
  element.append(...content);
  return element;
}

/**
 * Set attributes and text, if they are new: else the browser works for nothing.
 * @param {Element} element
 * @param {Record<string, any>} attributes
 */
function change(element, { text, ...attributes }) {
  for (const [name, value] of Object.entries(attributes))
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  if (text === undefined || element.textContent === text) return;
  if (element.firstChild) element.firstChild.nodeValue = text; // less work than a new node
  else element.textContent = text;
}

class Axes {
  /**
   * @param {Element} drawing
   * @param {Box} box between the axes
   * @param {Pair} xs from the left to the right
   * @param {Pair} ys from below to above
   * @param {string} across the name of the horizontal axis
   * @param {string} up
   * @param {(y: number) => string} mark what to write at a number of the vertical axis
   */
  constructor(drawing, box, xs, ys, across, up, mark = tick) {
    this.box = box;
    this.xs = xs;
    this.ys = ys;
    const { left, top, width, height } = box;
    const bottom = top + height;
    const axes = make("g", { class: "axes" });
    /** @type {(x: number, y: number, anchor: string, words: string, d?: string) => void} */
    const write = (x, y, anchor, words, d = "") =>
      axes.append(make("path", { d }), make("text", { x, y, "text-anchor": anchor }, words));
    for (const x of ticks(xs, width / 60))
      write(this.x(x), bottom + 16, "middle", tick(x), `M${this.x(x)} ${top}v${height}`);
    for (const y of ticks(ys, height / 30))
      write(left - 6, this.y(y) + 4, "end", mark(y), `M${left} ${this.y(y)}h${width}`);
    write(left + width, bottom + 32, "end", across);
    write(left, top - 8, "start", up);
    const viewBox = [left, top, width, height].join(" ");
    /** Cuts off what goes beyond the axes. */
    this.inside = make("svg", { x: left, y: top, width, height, viewBox });
    drawing.append(axes, this.inside);
  }

  /** @param {number} x */
  x(x) {
    return this.box.left + ((x - this.xs[0]) / (this.xs[1] - this.xs[0])) * this.box.width;
  }

  /** @param {number} y */
  y(y) {
    return this.box.top + ((this.ys[1] - y) / (this.ys[1] - this.ys[0])) * this.box.height;
  }

  /**
   * The data at a place of the drawing.
   * @param {number} px
   * @param {number} py
   * @returns {Pair}
   */
  at(px, py) {
    const { box, xs, ys } = this;
    return [
      xs[0] + ((px - box.left) / box.width) * (xs[1] - xs[0]),
      ys[1] - ((py - box.top) / box.height) * (ys[1] - ys[0]),
    ];
  }

  /**
   * A path through points, broken where one of them is no number.
   * @param {Pair[]} points
   */
  path(points) {
    let pen = "";
    return points
      .map(([x, y]) => {
        pen = Number.isNaN(y) ? "" : pen ? "L" : "M";
        return pen && `${pen}${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`;
      })
      .join("");
  }
}

/**
 * Round numbers within a range, at most so many.
 * @param {Pair} range
 * @param {number} most
 */
function ticks([low, high], most) {
  const rough = (high - low) / Math.max(2, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((n) => n * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** @param {number} value */
const tick = (value) => String(+value.toPrecision(3)).replace("-", "−");

/** @typedef {HTMLInputElement} Control or a menu */

/**
 * The base of the custom elements. A control sets what it is named after; a button calls the
 * method of its name, but `play` also stops what it has started.
 */
class Widget extends HTMLElement {
  settings = JSON.parse(this.dataset.settings ?? "{}");
  ranges = JSON.parse(this.dataset.state ?? "{}");
  /** @type {Record<string, string>} what is written into the drawing */
  words = JSON.parse(this.dataset.words ?? "{}");
  /** @type {State} change it by `set` */
  state = { ...this.settings };
  drawing = /** @type {SVGElement} */ (this.querySelector("svg"));
  status = /** @type {Element} */ (this.querySelector("[role=status]"));
  controls = /** @type {NodeListOf<Control>} */ (this.querySelectorAll("input, select"));
  cells = this.querySelectorAll("dd");
  plays = this.querySelectorAll("[name=play]");
  /** @type {Record<string, string>} */
  sentences = {};
  address = `#${this.closest("figure")?.id}`;
  /** @type {((time: number) => boolean) | undefined} */
  motion;
  frame = 0;
  moved = true;
  written = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  said = "";

  // --- what each widget has of its own ----------------------------------------------------------

  /**
   * The numbers that the figure shows, by their names.
   * @param {State} state
   * @returns {State}
   */
  static compute(state) {
    return {};
  }

  /**
   * How a slider moves: its step, from its place `to` a number, and the place `from` a number.
   * @param {string} name
   */
  scale(name) {
    /** @param {number} number */
    const same = (number) => number;
    return { step: 0.01, to: same, from: same };
  }

  /**
   * Draw what all states share, at this size in pixels.
   * @param {number} width
   * @param {number} height
   */
  layout(width, height) {}

  /**
   * Draw what changes with the state. To move a text by `transform` is less work than by x and y.
   * @param {State} numbers from `compute`
   * @returns {string} the name of the sentence that says what is to be seen
   */
  draw(numbers) {
    return "";
  }

  // --- state and time ---------------------------------------------------------------------------

  /**
   * Change what can be so changed.
   * @param {State} changes
   */
  set(changes) {
    for (const [name, value] of Object.entries(changes)) {
      const [low, high] = this.ranges[name] ?? [];
      if (this.ranges[name] === "boolean") this.state[name] = String(value) === "true";
      else if (this.ranges[name]?.includes(value)) this.state[name] = value;
      else if (Number.isFinite(low + Number(value)))
        this.state[name] = Math.min(Math.max(value, low), high);
    }
    this.moved = true;
    this.update();
  }

  /** Draw at the next frame. */
  update() {
    this.frame ||= requestAnimationFrame((time) => this.step(time));
  }

  /** @param {number} time */
  step(time) {
    this.frame = 0;
    if (this.motion && !this.motion(time)) this.motion = undefined;
    if (this.motion) this.update();
    const moved = this.moved || !this.motion;
    this.moved = false;
    if (!moved || !this.drawing.firstChild) return; // nothing new, or no room yet
    const numbers = /** @type {typeof Widget} */ (this.constructor).compute(this.state);
    if (!this.motion || time > this.written + 60) {
      this.written = time; // nobody can read numbers that change faster
      for (const control of this.controls) this.adjust(control);
      for (const cell of this.cells) change(cell, { text: show(numbers[cell.dataset.name ?? ""]) });
      for (const play of this.plays) change(play, { "aria-pressed": !!this.motion });
    }
    const seen = this.draw(numbers);
    if (this.motion) return; // words come when the picture rests
    const words = this.sentence(seen, { ...this.state, ...numbers });
    if (words === this.said) return;
    this.say(words, this.said ? 500 : 0);
    this.said = words;
  }

  /**
   * Call for each frame, until it hands back false or `stop` comes.
   * @param {(time: number) => boolean} motion
   */
  run(motion) {
    this.motion = motion;
    this.update();
  }

  stop() {
    this.motion = undefined;
    this.update();
  }

  // --- words ------------------------------------------------------------------------------------

  /** @type {(name: string, value: any) => string} how a value of this name is shown */
  write(name, value) {
    return show(value);
  }

  /**
   * A sentence with numbers.
   * @param {string} name
   * @param {State} [numbers]
   */
  sentence(name, numbers = {}) {
    const words = this.sentences[name] ?? "";
    return words.replace(/\{(\w+)\}/g, (_, key) => this.write(key, numbers[key]));
  }

  /**
   * @param {string} words
   * @param {number} [delay] in milliseconds
   */
  say(words, delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      change(this.drawing, { "aria-label": this.said });
      this.status.textContent = words;
    }, delay);
  }

  // --- the address ------------------------------------------------------------------------------

  /** Take the state from the address. */
  read() {
    const [address, query] = location.hash.split("?");
    if (address !== this.address || !query) return;
    this.stop();
    this.set({ ...this.settings, ...Object.fromEntries(new URLSearchParams(query)) });
    const show = () => this.scrollIntoView({ block: "nearest", behavior: "instant" });
    show();
    if (document.readyState === "complete") return;
    // Until then, what stands above may change its height.
    addEventListener("load", () => document.fonts.ready.then(show), { once: true });
  }

  /** Put the state into the address, and that onto the clipboard. */
  async copy() {
    this.stop();
    history.replaceState(null, "", `${this.address}?${new URLSearchParams(this.state)}`);
    const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
    this.say(this.sentence(await copied.then(() => "copied").catch(() => "address")));
  }

  reset() {
    this.stop();
    history.replaceState(null, "", this.address);
    this.set(this.settings);
  }

  // --- life -------------------------------------------------------------------------------------

  connectedCallback() {
    this.life = new AbortController();
    const { signal } = this.life;
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("p[data-name]")))
      this.sentences[words.dataset.name ?? ""] = words.textContent ?? "";
    for (const control of this.controls) {
      control.addEventListener("input", () => this.take(control), { signal });
      if (control.type !== "range") continue;
      const { from, step } = this.scale(control.name);
      const [min, max] = this.ranges[control.name].map(from);
      change(control, { min, max, step });
    }
    for (const button of this.querySelectorAll("button")) {
      const act = () => /** @type {any} */ (this)[button.name]();
      const press = () => (button.name === "play" && this.motion ? this.stop() : act());
      button.addEventListener("click", press, { signal });
    }
    /** @type {NodeListOf<HTMLAnchorElement>} in the prose */
    const links = document.querySelectorAll(`a[data-set^="${this.address}?"]`);
    for (const link of links) {
      link.hash = link.dataset.set ?? "";
      link.addEventListener("click", () => link.hash === location.hash && this.read(), { signal });
    }
    addEventListener("hashchange", () => this.read(), { signal });
    const size = new ResizeObserver(() => this.resize());
    const sight = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting || this.stop());
    size.observe(this.drawing);
    sight.observe(this);
    signal.addEventListener("abort", () => [size, sight].map((each) => each.disconnect()));
    this.classList.add("ready");
    this.read();
  }

  disconnectedCallback() {
    this.life?.abort();
    this.stop();
  }

  resize() {
    const { width, height } = this.drawing.getBoundingClientRect();
    if (!width) return;
    this.drawing.replaceChildren();
    this.layout(width, height);
    this.update();
  }

  // --- what readers touch -----------------------------------------------------------------------

  /** @param {Control} control has been changed */
  take({ name, type, checked, value, valueAsNumber }) {
    this.stop();
    if (type === "range") value = String(this.scale(name).to(valueAsNumber));
    this.set({ [name]: type === "checkbox" ? checked : value });
  }

  /** @param {Control} control to show the state; a slider does not round it */
  adjust(control) {
    const value = this.state[control.name];
    if (control.type === "checkbox") control.checked = value;
    else if (control.type !== "range") control.value === value || (control.value = value);
    else {
      const { to, from } = this.scale(control.name);
      if (to(control.valueAsNumber) !== value) control.value = String(from(value));
      const text = this.write(control.name, value);
      if (!this.motion) change(control, { "aria-valuetext": text });
      change(/** @type {Element} */ (control.nextElementSibling), { text });
    }
  }

  /**
   * Let the mouse or a finger move something.
   * @param {(px: number, py: number) => (px: number, py: number) => void} grab hands back what
   *   moves the thing at this place
   */
  drag(grab) {
    const { drawing } = this;
    /** @param {MouseEvent} event @returns {Pair} */
    const place = (event) => {
      const { left, top } = drawing.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    drawing.onpointerdown = (event) => {
      this.stop();
      const [px, py] = place(event);
      const move = grab(px, py);
      const act = (/** @type {MouseEvent} */ to) => move(...place(to));
      let held = event.pointerType !== "touch";
      if (held) act(event);
      drawing.setPointerCapture(event.pointerId);
      drawing.onclick = held ? null : act; // a tap
      drawing.onpointermove = (to) => {
        const [x, y] = place(to);
        held ||= Math.abs(x - px) > Math.abs(y - py); // else the page may be about to scroll
        if (held && drawing.hasPointerCapture(to.pointerId)) act(to);
      };
    };
  }
}
