// @ts-check
"use strict";
// A secant line that becomes the tangent as h goes to 0, over the graph that the slope draws.

{
  /**
   * @typedef {(x: number) => number} Real
   * @type {Record<string, {f: Real, slope: Real, ys: Pair, slopes: Pair, missing?: string}>}
   * with the ranges of the graphs, and the sentence for where there is no derivative
   */
  const functions = {
    square: { f: (x) => x * x, slope: (x) => 2 * x, ys: [-2, 12], slopes: [-7, 7] },
    cubic: { f: (x) => x * x * x - 3 * x, slope: (x) => 3 * x * x - 3, ys: [-8, 8], slopes: [-5, 15] },
    sine: { f: Math.sin, slope: Math.cos, ys: [-2, 2], slopes: [-1.5, 1.5] },
    exponential: { f: Math.exp, slope: Math.exp, ys: [-2, 12], slopes: [-2, 12] },
    absolute: {
      f: Math.abs,
      slope: (x) => Math.sign(x) || NaN,
      ys: [-1, 4],
      slopes: [-2, 2],
      missing: "corner",
    },
    jump: {
      f: (x) => x / 2 + Number(x >= 0),
      slope: (x) => (x ? 0.5 : NaN),
      ys: [-2, 3],
      slopes: [-1, 2],
      missing: "gap",
    },
  };

  const [SMALL, LARGE] = [0.001, 2]; // sizes of h
  const PLACES = 60; // of the slider for h, on each side of its middle, where h is small
  const FINE = 50; // the lower graph is drawn in parts of a unit

  customElements.define(
    "secant-tangent",
    class extends Widget {
      /** @type {Set<number>} where x has been, in parts of a unit */
      trace = new Set();
      traced = ""; // as a path
      last = 0;
      /** @type {Axes[]} the upper, the lower */
      axes = [];
      above = {
        tangent: make("path", { class: "tangent" }),
        secant: make("path", { class: "secant" }),
        sides: make("path", { class: "sides" }),
        second: make("circle", { class: "secant", r: 6 }),
        first: make("circle", { class: "point", r: 7 }),
        tangentName: make("text", {}, this.words.tangent_line),
        secantName: make("text", {}, this.words.secant_line),
        rise: make("text", {}, this.words.rise),
        run: make("text", { "text-anchor": "middle" }, this.words.run),
      };
      below = {
        trace: make("path", { class: "tangent" }),
        here: make("circle", { class: "point", r: 5 }),
        hint: make("text", {}, this.words.hint),
      };

      /** @param {State} state */
      static compute({ function: name, x, h }) {
        const { f, slope } = functions[name];
        const rise = f(x + h) - f(x);
        const [secant, tangent] = [rise / h, slope(x)];
        return { height: f(x), rise, run: h, secant, tangent, difference: secant - tangent };
      }

      connectedCallback() {
        super.connectedCallback();
        this.drag((px) => {
          const { x, h } = this.state;
          const [upper] = this.axes;
          /** @param {number} at */
          const far = (at) => Math.abs(upper.x(at) - px);
          const second = far(x + h) < 22 && far(x) > 22; // half of a finger
          return (px) => {
            const [found] = upper.at(px, 0);
            const whole = Math.round(found); // draws x, for there is most to see
            const at = Math.abs(found - whole) < 0.04 ? whole : found;
            this.set(second ? { h: +(at - x).toFixed(2) } : { x: +at.toFixed(2) });
          };
        });
      }

      /** @param {string} name */
      scale(name) {
        if (name === "x") return { ...super.scale(name), step: 0.05 };
        const scale = Math.log(LARGE / SMALL) / PLACES;
        return {
          step: 1,
          to: (/** @type {number} */ place) =>
            (place < 0 ? -1 : 1) * +(SMALL * Math.exp(scale * Math.abs(place))).toPrecision(3),
          from: (/** @type {number} */ h) => (Math.sign(h) * Math.log(Math.abs(h) / SMALL)) / scale,
        };
      }

      /** @param {State} changes */
      set(changes) {
        const before = this.state.function;
        super.set(changes);
        this.state.h ||= SMALL; // for rise over run were 0/0
        if (this.state.function === before) return;
        this.trace.clear();
        this.resize();
      }

      reset() {
        this.trace.clear();
        super.reset();
      }

      /** Let h go to 0, from where it is or else from far away. */
      play() {
        const { h } = this.state;
        const start = Math.abs(h) < 0.01 ? Math.sign(h) * LARGE : h;
        /** @param {number} part of the way */
        const go = (part) => this.set({ h: start * (SMALL / Math.abs(start)) ** part });
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return go(1);
        /** @type {number} */
        let began;
        this.run((time) => {
          const part = Math.min(1, (time - (began ??= time)) / 4000);
          go(part);
          return part < 1;
        });
      }

      /**
       * @param {number} width
       * @param {number} height
       */
      layout(width, height) {
        const { f, ys, slopes, missing } = functions[this.state.function];
        const box = { left: 40, top: 22, width: width - 48, height: (height - 132) * 0.66 };
        const below = { ...box, top: box.height + 86, height: (height - 132) * 0.34 };
        const upper = new Axes(this.drawing, box, [-3.5, 3.5], ys, "x", "f(x)");
        const lower = new Axes(this.drawing, below, [-3.5, 3.5], slopes, "x", "f′(x)");
        this.axes = [upper, lower];
        this.traced = "";
        /** @type {Pair[]} */
        const curve = Array.from({ length: 281 }, (_, i) => [i / 40 - 3.5, f(i / 40 - 3.5)]);
        if (missing === "gap") curve.splice(140, 0, [0, 0], [0, NaN]);
        const open = missing === "gap" ? { cx: upper.x(0), cy: upper.y(0) } : {};
        upper.inside.append(
          make("path", { class: "curve", d: upper.path(curve) }),
          make("circle", { class: "open", r: 4, ...open }),
          ...Object.values(this.above),
        );
        change(this.below.hint, { x: below.left + 8, y: below.top + 18 });
        lower.inside.append(...Object.values(this.below));
      }

      /** @param {State} numbers */
      draw({ height, rise, secant, tangent }) {
        const { above, below } = this;
        const [upper, lower] = this.axes;
        const { x, h } = this.state;
        const { slope, missing } = functions[this.state.function];
        const known = !Number.isNaN(tangent);
        const [x1, y1] = [upper.x(x), upper.y(height)];
        const [x2, y2] = [upper.x(x + h), upper.y(height + rise)];
        change(above.first, move(x1, y1));
        change(above.second, move(x2, y2));
        change(above.sides, { d: `M${x1} ${y1}H${x2}V${y2}` });

        /** @param {number} m @returns {Pair[]} the ends of a line through the point */
        const line = (m) => [-9, 9].map((end) => [x + end, height + m * end]);
        change(above.secant, { d: upper.path(line(secant)) });
        change(above.tangent, { d: upper.path(line(tangent)) });
        change(above.secantName, atEnd(upper, [x1, y1], upper.y(height + secant), h > 0));
        change(above.tangentName, atEnd(upper, [x1, y1], upper.y(height + tangent), h < 0));
        reveal(above.tangentName, known);
        const seen = Math.max(upper.box.top, Math.min(y2, upper.box.top + upper.box.height));
        change(above.run, move((x1 + x2) / 2, y1 + (rise < 0 ? -7 : 17)));
        change(above.rise, move(x2 + (h < 0 ? 8 : -8), (y1 + seen) / 2 + 5));
        change(above.rise, { "text-anchor": h < 0 ? "start" : "end" });
        reveal(above.run, Math.abs(x2 - x1) > 40);
        reveal(above.rise, Math.abs(x2 - x1) > 40 && Math.abs(seen - y1) > 40);

        this.visit(Math.round(x * FINE));
        this.traced ||= lower.path(
          Array.from({ length: 6 * FINE + 1 }, (_, i) => {
            const place = i - 3 * FINE;
            return [place / FINE, this.trace.has(place) ? slope(place / FINE) : NaN];
          }),
        );
        change(below.trace, { d: this.traced });
        change(below.here, move(lower.x(x), lower.y(known ? tangent : 1e9)));
        reveal(below.hint, this.trace.size < 9);
        return known ? "told" : (missing ?? "");
      }

      /** @param {number} place where x is now; on a short way it has also been between */
      visit(place) {
        const from = Math.abs(place - this.last) < FINE && this.trace.size ? this.last : place;
        const { size } = this.trace;
        for (let i = Math.min(from, place); i <= Math.max(from, place); i += 1) this.trace.add(i);
        if (this.trace.size > size) this.traced = "";
        this.last = place;
      }
    },
  );

  /** @type {(element: Element, shown: boolean) => void} */
  const reveal = (element, shown) => change(element, { opacity: Number(shown) });

  /** @type {(x: number, y: number) => {transform: string}} */
  const move = (x, y) => ({ transform: `translate(${x} ${y})` });

  /**
   * Where the name of a line goes: above or below one of its ends.
   * @param {Axes} axes
   * @param {Pair} point of the line, in pixels
   * @param {number} next y of the line at x + 1, in pixels
   * @param {boolean} right
   */
  function atEnd({ box, xs }, [x, y], next, right) {
    const side = right ? 1 : -1;
    const bend = (side * ((next - y) * (xs[1] - xs[0]))) / box.width || 0; // for each pixel
    const bottom = box.top + box.height;
    const across = right ? box.left + box.width - x : x - box.left;
    const way = Math.max(0, Math.min(across, (bend < 0 ? box.top - y : bottom - y) / bend));
    const beside = y + bend * way + (bend < 0 ? -7 : 17);
    return {
      ...move(x + side * (way - 8), Math.max(box.top + 14, Math.min(beside, bottom - 6))),
      "text-anchor": right ? "end" : "start",
    };
  }
}
