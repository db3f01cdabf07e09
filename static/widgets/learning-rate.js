// @ts-check
"use strict";
// Gradient descent: a walk, its loss, and what it does at each learning rate.

{
  /**
   * @typedef {(number: number) => number} Real
   * @type {Record<string, {cost: Real, slope: Real, lowest: number, ys: Pair, reach: number,
   *   home: State, parabola?: boolean}>} with the start's reach
   */
  const curves = {
    square: {
      cost: (t) => t * t,
      slope: (t) => 2 * t, // in the order of the page's Python, for chaos
      lowest: 0,
      ys: [-10, 130],
      reach: 10,
      home: { start: 8, alpha: 0.8 },
      parabola: true,
    },
    wells: {
      cost: (t) => (t * t - 1) * (t * t - 1) + 0.3 * t,
      slope: (t) => 4 * t * (t * t - 1) + 0.3,
      lowest: -0.305,
      ys: [-0.8, 5.5],
      reach: 1.8,
      home: { start: 1.6, alpha: 0.04 },
    },
    plateau: {
      cost: (t) => 1 - Math.exp(-t * t),
      slope: (t) => 2 * t * Math.exp(-t * t),
      lowest: 0,
      ys: [-0.1, 1.25],
      reach: 4,
      home: { start: 2, alpha: 0.5 },
    },
  };
  curves.lifted = { ...curves.square, cost: (t) => t * t + 12, lowest: 12 };

  /** @param {State} state */
  function walk({ curve, start, alpha }) {
    const path = [start];
    for (const t of path) if (path.length < 61) path.push(t - alpha * curves[curve].slope(t));
    return path;
  }

  /**
   * What a walk does, and after how many steps the ground is level.
   * @param {State} state
   */
  function judge(state) {
    const { cost, slope, lowest } = curves[state.curve];
    const path = walk(state);
    const n = path.findIndex((t) => Math.abs(slope(t)) < 1e-3);
    const end = path[n];
    const ratios = path.slice(2).map((t, i) => (t - path[i + 1]) / (path[i + 1] - path[i]));
    const [low, high] = [Math.min, Math.max].map((f) => f(...ratios.slice(-10)));
    let verdict = low > -0.999 && high < 0 ? "swings_slowly" : "wanders";
    if (high < -0.999) verdict = "swings_on";
    if (low > 0) verdict = "crawls";
    const grows = high < -1.001 && cost(path[60]) > cost(path[0]);
    if (!isFinite(path[60]) || grows) verdict = "diverges";
    if (n >= 0) verdict = ["rests", "one_step"][n] ?? (ratios[n - 2] < 0 ? "swings_in" : "converges");
    if (cost(end) > lowest + 0.1)
      verdict = slope(end - 0.1) < 0 && slope(end + 0.1) > 0 ? "local" : "stuck";
    return { verdict, n: n < 0 ? NaN : n };
  }

  /** What the strip sets apart, and the verdicts. @type {Record<string, string[]>} */
  const bands = {
    level: ["converges", "one_step", "local", "rests"],
    crawls: ["crawls"],
    swings: ["swings_in", "swings_slowly"],
    away: ["swings_on", "diverges", "wanders", "stuck"],
  };

  /** @param {string[]} names of paths */
  const paths = (names) => names.map((name) => make("path", { class: name }));

  customElements.define(
    "learning-rate",
    class extends Widget {
      /** In each of the two graphs; a dot is a line without length. */
      traces = [0, 1].map(() => paths(["whole", "walk", "dots", "point"]));
      next = make("path", { class: "next" });
      strip = paths(Object.keys(bands));
      here = make("circle", { class: "point", r: 7 });
      mapped = ""; // the curve and the start that the strip is for
      width = 0;
      /** @type {Axes[]} */
      axes = [];

      /** @param {State} state */
      static compute(state) {
        const { cost, slope } = curves[state.curve];
        const theta = walk(state)[Math.floor(state.steps)];
        const gradient = slope(theta);
        const next = Math.abs(state.alpha * gradient);
        return { theta, loss: cost(theta), gradient, next, ...judge(state) };
      }

      connectedCallback() {
        super.connectedCallback();
        this.drag((px, py) => {
          const [left, right] = this.axes;
          if (py > this.drawing.clientHeight - 50)
            return (px) => this.set({ alpha: ((px / this.width - 0.03) / 0.78).toFixed(2) });
          if (px > left.box.width + 66 || py > left.box.height + 80)
            return (px) => this.set({ steps: right.at(px, 0)[0] + 0.5 });
          return (px) => this.set({ start: left.at(px, 0)[0].toFixed(2) });
        });
      }

      get curve() {
        return curves[this.state.curve];
      }

      /** @param {string} name */
      scale(name) {
        const share = this.curve.reach / 10;
        /** @type {Record<string, {step: number, to?: Real, from?: Real}>} */
        const scales = {
          start: { step: 0.1, to: (x) => +(x * share).toFixed(3), from: (start) => start / share },
          alpha: { step: 0.004, to: (x) => +(x * x).toFixed(x < 0.3 ? 3 : 2), from: Math.sqrt },
          steps: { step: 1 },
        };
        return { ...super.scale(name), ...scales[name] };
      }

      /** @param {State} changes */
      set(changes) {
        const { state, curve } = this;
        super.set({ ...curves[changes.curve]?.home, ...changes });
        const { reach } = this.curve;
        state.start = Math.max(-reach, Math.min(state.start, reach));
        state.steps = Math.floor(state.steps);
        if (this.curve !== curve) this.resize();
      }

      forward() {
        this.stop();
        this.set({ steps: this.state.steps + 1 });
      }

      /** Walk from the start until the ground is level. */
      play() {
        const end = judge(this.state).n || 60;
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set({ steps: end });
        let began = 0;
        this.run((time) => {
          const done = Math.min(end, ((time - (began ||= time)) / 400) ** 1.4);
          this.set({ steps: done });
          return done < end;
        });
      }

      /** @param {number} alpha in the strip */
      at(alpha) {
        return (0.03 + 0.78 * alpha) * this.width;
      }

      /** @type {(width: number, height: number) => void} */
      layout(width, height) {
        const { drawing, words } = this;
        const { cost, reach, ys, parabola } = this.curve;
        const [x, y] = this.state.curve === "lifted" ? "wL" : "θJ";
        const up = `${y}(${x})`;
        const half = width > 540 ? width / 2 : 0;
        const high = half ? height - 116 : height / 2 - 88;
        const box = { left: 52, top: 22, width: (half || width) - 64, height: high };
        const other = { ...box, left: 52 + half, top: half ? 22 : high + 84 };
        const far = reach * 1.15;
        const left = new Axes(drawing, box, [-far, far], ys, x, up);
        const losses = parabola ? /** @type {Pair} */ ([-4, 3]) : ys;
        const right = new Axes(drawing, other, [0, 60], losses, words.over_steps, up, (y) =>
          tick(parabola ? 10 ** y : y),
        );
        this.axes = [left, right];
        this.mapped = "";
        this.width = width;
        const curve = Array.from({ length: 161 }, (_, i) => (i / 80 - 1) * far);
        const d = left.path(curve.map((t) => [t, cost(t)]));
        left.inside.append(make("path", { class: "curve", d }), this.next);
        for (const [i, { inside }] of this.axes.entries()) inside.append(...this.traces[i]);

        const map = make("g", { class: "strip", transform: `translate(0 ${height - 23})` });
        /** @type {(alpha: number, y: number, text: string) => void} */
        const write = (alpha, y, text) =>
          map.append(make("text", { x: this.at(alpha), y, "text-anchor": "middle" }, text));
        ["α", "½", "1"].map((text, i) => write(i / 2, 21, text));
        if (parabola)
          for (const [name, alpha] of Object.entries({ one_side: 0.25, to_and_fro: 0.75, away: 1.1 }))
            write(alpha, -11, words[name]);
        map.append(...this.strip, this.here);
        drawing.append(map);
      }

      /** @param {State} numbers */
      draw({ theta, gradient, verdict }) {
        const { curve, start, alpha, steps } = this.state;
        const { cost, parabola } = this.curve;
        const [left, right] = this.axes;
        /** @param {number} value that SVG can take */
        const bound = (value) => Math.max(-1e4, Math.min(value, 1e4));
        /** @param {number} t @returns {Pair} */
        const point = (t) => [bound(t), bound(cost(t))];
        const places = walk(this.state).map(point);
        /** @type {Pair[]} */
        const losses = places.map(([, y], i) => [i, parabola ? Math.log10(y + 1e-9) : y]);
        for (const [i, points] of [places, losses].entries()) {
          const axes = this.axes[i];
          const past = points.slice(0, steps + 1);
          /** @param {Pair[]} some */
          const dots = (some) => axes.path(some.flatMap((dot) => [dot, dot, [0, NaN]]));
          const drawn = [i ? points : [], past];
          const lines = [...drawn.map((some) => axes.path(some)), dots(past), dots(past.slice(-1))];
          lines.map((d, k) => change(this.traces[i][k], { d }));
        }
        const [x, y] = point(theta);
        const next = point(theta - alpha * gradient);
        change(this.next, { d: left.path([[x, y], [next[0], y], next]) });
        change(this.here, { transform: `translate(${this.at(alpha)} 0)` });
        if (this.mapped !== curve + start) this.map(curve, start);
        return verdict;
      }

      /**
       * Fill the strip.
       * @param {string} curve
       * @param {number} start
       */
      map(curve, start) {
        this.mapped = curve + start;
        /** @type {Record<string, string>} by verdicts */
        const ds = {};
        for (let alpha = 0.005; alpha < 1.2; alpha += 0.01) {
          const { verdict } = judge({ curve, start, alpha });
          ds[verdict] = `${ds[verdict] ?? ""}M${this.at(alpha - 0.005)} 0H${this.at(alpha + 0.006)}`;
        }
        for (const [i, verdicts] of Object.values(bands).entries())
          change(this.strip[i], { d: verdicts.map((verdict) => ds[verdict]).join("") });
      }
    },
  );
}
