// @ts-check
"use strict";
// A race of optimizers: their paths, their losses, and what each keeps in mind.

{
  /** @typedef {(x: number, y: number) => number} Height */
  /** @type {Record<string, [Height, (x: number, y: number) => Pair]>} each with its gradient */
  const landscapes = {
    ravine: [(x, y) => (x * x + 20 * y * y) / 2, (x, y) => [x, 20 * y]],
    turned: [
      (x, y) => (10.5 * (x * x + y * y) - 19 * x * y) / 2,
      (x, y) => [10.5 * x - 9.5 * y, 10.5 * y - 9.5 * x],
    ],
    rosenbrock: [
      (x, y) => ((1 - x) * (1 - x) + 10 * (y - x * x) * (y - x * x)) / 10,
      (x, y) => [(x - 1) / 5 - 4 * x * (y - x * x), 2 * (y - x * x)],
    ],
    saddle: [
      (x, y) => ((x * x - 1) * (x * x - 1)) / 5 + 5 * y * y,
      (x, y) => [0.8 * x * (x * x - 1), 10 * y],
    ],
    minima: [
      (x, y) => (x + 1) * (x + 1) * (x * x - 2.4 * x + 1.8) + 2 * y * y,
      (x, y) => [4 * (x * x - 1) * (x - 0.3), 4 * y],
    ],
  };

  /** @type {Record<string, string[]>} colour, dashes, marker */
  const optimizers = {
    sgd: ["curve", "", "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"],
    momentum: ["secant", "8 5", "m-3-3h6v6h-6z"],
    rmsprop: ["tangent", "9 4 2 4", "m0-4l4 7h-8z"],
    adam: ["point", "1 4", "m0-4l4 4l-4 4l-4-4z"],
    adamw: ["color-foreground-primary", "3 3", "m0 4l4-7h-8z"],
  };
  const STEPS = 300;
  const CELL = 6; // of the contours, in pixels

  // Noise from −1 to 1 (Park and Miller, 1988): whole numbers below 2⁵³, so as exact as in Python.
  const MODULUS = 2 ** 31 - 1;
  let seed = 2026;
  const noises = Array.from({ length: 2 * STEPS }, () => {
    seed = (16807 * seed) % MODULUS;
    return (2 * seed) / MODULUS - 1;
  });

  /** @type {Record<string, {key: string, steps: State[][]}>} the last run of each optimizer */
  const known = {};

  /** @type {(name: string, state: State) => State[][]} all steps */
  function run(name, { landscape, alpha, stride, beta1, beta2, decay, noise, x, y }) {
    const key = [landscape, alpha, stride, beta1, beta2, decay, noise, x, y].join();
    if (known[name]?.key === key) return known[name].steps;
    const corrected = name.startsWith("adam") ? 1 : NaN;
    if (name === "rmsprop") beta2 = 0.9;
    else beta2 *= corrected;
    if (name !== "momentum") beta1 *= corrected;
    const none = { g: NaN, m: 0 * beta1, v: 0 * beta2, m_hat: NaN, v_hat: NaN, move: NaN };
    /** @type {State[][]} */
    const steps = [[x, y].map((theta) => ({ theta, ...none }))];
    for (let t = 1; t <= STEPS; t += 1) {
      const before = steps[t - 1];
      steps[t] = landscapes[landscape][1](before[0].theta, before[1].theta).map((g, i) => {
        let { theta, m, v } = before[i];
        g += noise * noises[2 * t - 2 + i];
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * (g * g);
        const m_hat = (corrected * m) / (1 - beta1 ** t);
        const v_hat = (corrected * v) / (1 - beta2 ** t);
        const root = Math.sqrt(v_hat) + 1e-8;
        /** @type {State} */
        const moves = {
          sgd: alpha * g,
          momentum: alpha * m,
          rmsprop: (stride * g) / (Math.sqrt(v) + 1e-8),
          adam: (stride * m_hat) / root,
          adamw: stride * (m_hat / root + decay * theta),
        };
        const move = moves[name];
        return { theta: theta - move, g, m, v, m_hat, v_hat, move };
      });
    }
    known[name] = { key, steps };
    return steps;
  }

  customElements.define(
    "optimizer-race",
    class extends Widget {
      /** @type {Axes[]} */
      axes = [];
      start = make("path");
      drawn = [0, 1].map(() =>
        Object.entries(optimizers).map(([name, [color, dashes, marker]]) => ({
          name,
          marker,
          line: /** @type {SVGPolylineElement} */ (
            make("polyline", { style: `stroke:var(--${color});stroke-dasharray:${dashes}` })
          ),
          marks: make("path", { class: "marks", style: `color:var(--${color})` }),
          tip: make("path", { class: "marks", style: `color:var(--${color})`, d: "M0 0" + marker }),
          label: make("text", { style: `fill:var(--${color})` }, this.words[name]),
          /** @type {State[][] | undefined} what has been drawn of it, up to a step */
          steps: undefined,
          until: 0,
          d: "",
          x: 0,
          y: 0,
        })),
      );

      /** @param {State} state */
      static compute(state) {
        const both = run(state.shown, state)[Math.floor(state.step)];
        const [one, two] = both;
        /** @type {State} */
        const numbers = { loss: landscapes[state.landscape][0](one.theta, two.theta) };
        for (const kept in one)
          both.forEach((values, i) => (numbers[kept + (i + 1)] = values[kept]));
        return numbers;
      }

      connectedCallback() {
        super.connectedCallback();
        this.drag((px, py) => {
          const [map, losses] = this.axes;
          const { left, top } = losses.box;
          if (px > left && py > top) return (px) => this.set({ step: 10 ** losses.at(px, 0)[0] });
          return (px, py) => {
            const [x, y] = map.at(px, py);
            this.set({ x: +x.toFixed(2), y: +y.toFixed(2) });
          };
        });
      }

      /** @type {Widget["scale"]} */
      scale(name) {
        const step = { step: 1, x: 0.05, y: 0.05, noise: 0.05, beta2: 0.001 }[name] ?? 0.01;
        if (name !== "alpha" && name !== "stride") return { ...super.scale(name), step };
        return {
          step: 1,
          to: (place) => +(10 ** (place / 40)).toPrecision(2),
          from: (number) => Math.log10(number) * 40,
        };
      }

      /** @type {Widget["write"]} */
      write(name, value) {
        return name === "step" ? `${value}` : (this.words[value] ?? super.write(name, value));
      }

      /** @param {State} changes */
      set(changes) {
        const { landscape } = this.state;
        super.set(changes);
        this.state.step = Math.round(this.state.step);
        if (this.state.landscape !== landscape) this.resize();
      }

      next() {
        this.stop();
        this.set({ step: this.state.step + 1 });
      }

      play() {
        const { step } = this.state;
        const first = step === STEPS || step === this.settings.step ? 0 : step;
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set({ step: STEPS });
        /** @type {number} */
        let began;
        this.run((time) => {
          const step = Math.round(first + (time - (began ??= time)) / 50);
          if (step !== this.state.step) this.set({ step });
          return this.state.step < STEPS;
        });
      }

      /** @type {Widget["layout"]} */
      layout(width, height) {
        const box = { left: 40, top: 22, width: width - 48, height: height * 0.5 };
        const other = { ...box, top: box.height + 86, height: height * 0.5 - 124 };
        if (width > 560) {
          Object.assign(box, { width: width * 0.5, height: height - 60 });
          Object.assign(other, box, { left: box.width + 90, width: width * 0.5 - 98 });
        }
        const up = (2 * box.height) / box.width;
        const map = new Axes(this.drawing, box, [-2, 2], [-up, up], "θ₁", "θ₂");
        this.axes = [map, new Axes(this.drawing, other, [0, 2.5], [-6, 2], "log₁₀ t", "log₁₀ J")];
        const d = contours(map, landscapes[this.state.landscape][0]);
        map.inside.append(make("path", { class: "contours", d }), this.start);
        this.axes.forEach(({ inside }, i) => {
          for (const parts of this.drawn[i]) {
            parts.steps = undefined;
            inside.append(parts.line, parts.marks, parts.tip);
          }
          // Names where each has a place of its own; on the map, all end in one.
          if (i) inside.append(...this.drawn[i].map(({ label }) => label));
        });
      }

      /** @param {State} numbers */
      draw({ loss }) {
        const { axes, state } = this;
        change(this.start, { d: `M${axes[0].x(state.x)} ${axes[0].y(state.y)}m-9 0h18m-9-9v18` });
        axes.forEach((at, where) => {
          const { left, top, width, height } = at.box;
          const ends = this.drawn[where].filter((parts) => {
            this.extend(parts, at, where);
            const { name, line, marks, tip, label, until, d, x, y } = parts;
            const seen = until > where;
            change(line, { class: name === state.shown ? "shown" : "" });
            change(marks, { d });
            change(tip, { opacity: Number(seen), transform: `translate(${x} ${y})` });
            change(label, { opacity: Number(seen) });
            return seen;
          });
          let free = top + 12;
          ends.sort((a, b) => a.y - b.y); // no label upon another
          ends.forEach(({ name, label, x, y }, i) => {
            const lowest = top + height - 5 - 15 * (ends.length - 1 - i);
            const beside = Math.max(free, Math.min(y + 4, lowest));
            free = beside + 15;
            const side = x + 8 * this.words[name].length > left + width ? -9 : 9;
            const along = Math.max(left, Math.min(x, left + width)) + side;
            // Words that are shifted, browsers need not lay out again.
            change(label, { transform: `translate(${along} ${beside})` });
            change(label, { "text-anchor": side < 0 ? "end" : "start" });
          });
        });
        return loss < 1e3 ? "told" : "lost";
      }

      /**
       * Draw what is new of a path (or, where 1, of a curve of losses), or all of it.
       * @param {typeof this.drawn[0][0]} parts
       * @param {Axes} at
       * @param {number} where
       */
      extend(parts, at, where) {
        const { state } = this;
        const { points } = parts.line;
        const steps = state[parts.name] ? run(parts.name, state) : [];
        if (parts.steps !== steps || parts.until > state.step + 1) {
          points.clear();
          Object.assign(parts, { steps, until: where, d: "" });
        }
        for (; parts.until <= state.step && steps[parts.until]; parts.until += 1) {
          const t = parts.until;
          const [one, two] = steps[t].map(({ theta }) => theta);
          if (!(Math.hypot(one, two) < 99)) break; // it has blown up
          const J = landscapes[state.landscape][0](one, two) + 1e-99;
          parts.x = where ? at.x(Math.log10(t)) : at.x(one);
          parts.y = at.y(where ? Math.log10(J) : two);
          const point = /** @type {SVGSVGElement} */ (at.inside).createSVGPoint();
          points.appendItem(Object.assign(point, { x: parts.x, y: parts.y }));
          if (t < 30 || t % 10 === 0)
            parts.d += `M${parts.x.toFixed(1)} ${parts.y.toFixed(1)}${parts.marker}`;
        }
      }
    },
  );

  /** @type {(map: Axes, J: Height) => string} where J is a power of 2, by marching squares */
  function contours(map, J) {
    const { left, top, width, height } = map.box;
    let d = "";
    for (let x = left; x < left + width; x += CELL)
      for (let y = top; y < top + height; y += CELL) {
        const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => {
          const [px, py] = [x + i * CELL, y + j * CELL];
          return [px, py, Math.log2(J(...map.at(px, py)) + 1e-9)];
        });
        const logs = corners.map((corner) => corner[2]);
        const highest = Math.floor(Math.max(...logs));
        for (let level = Math.max(-4, Math.ceil(Math.min(...logs))); level <= highest; level += 1) {
          let pen = "M";
          corners.forEach(([ax, ay, a], i) => {
            const [bx, by, b] = corners[(i + 1) % 4];
            if (a < level === b < level) return;
            const part = (level - a) / (b - a);
            d += `${pen}${(ax + part * (bx - ax)).toFixed(1)} ${(ay + part * (by - ay)).toFixed(1)}`;
            pen = pen === "M" ? "L" : "M";
          });
        }
      }
    return d;
  }
}
