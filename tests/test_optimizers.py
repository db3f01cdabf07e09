"""The optimizers of the lessons do what their papers say, to 1e-10.

The lessons' own functions are taken from the pages, by running the pages' code cells, and whole
paths of theirs are compared with a second implementation: written here from the papers'
definitions, one parameter after the other, with 50 digits (mpmath) and decimal constants
(``mpf("0.1")`` is a tenth, the float 0.1 is not).

Errors are measured against the length of the vector of parameters, step by step. In double
precision a step adds an error of about 1e-16, and where neighbouring paths draw together, as in a
bowl, the errors stay there. On a chaotic path each step multiplies the errors of those before,
and no two implementations agree for long. RMSProp is chaotic once it hops about the floor of a
ravine that is at an angle: from 1e-13 to 1e-2 in fifty steps. So its learning rate is one with
which it does not reach such a floor in the steps that are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import matplotlib.pyplot as plt
import numpy as np
import pytest
from mpmath import mp, mpf
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

LESSONS = Path(__file__).parents[1] / "docs" / "en" / "lessons"

mp.dps = 50

Number: TypeAlias = str | mpf
Vector = list[mpf]
Gradient = Callable[[Vector], Vector]


# --- the pages ---------------------------------------------------------------------------------


@cache
def run(lesson: str, until: str) -> dict[str, Any]:
    """All names of a lesson as they stand after the cell that defines ``until``.

    Cells with the tag ``remove-cell`` are left out: they are the pages' own tests, which run
    whenever the book is built, and define nothing that a reader sees.
    """
    page = LESSONS / f"{lesson}.md"
    names: dict[str, Any] = {}
    plt.switch_backend("agg")
    for cell in read_myst_markdown_notebook(page.read_text("utf-8"), MdParserConfig()).cells:
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", []):
            exec(compile(cell.source, page.name, "exec"), names)
            plt.close("all")
        if until in names:
            return names
    raise AssertionError(f"{page} does not define {until}")


def adam_page() -> dict[str, Any]:
    return run("adam", until="adamw")


def descent_page() -> dict[str, Any]:
    return run("gradient-descent", until="grad5")


# --- the papers --------------------------------------------------------------------------------


def descend(
    grad: Gradient, theta: Vector, rate: Number | Callable[[int], mpf], steps: int
) -> list[Vector]:
    """Gradient descent; the learning rate may be a function of the step t = 1, 2, …"""
    path = [theta]
    for t in range(1, steps + 1):
        alpha = rate(t) if callable(rate) else mpf(rate)
        theta = [p - alpha * g for p, g in zip(theta, grad(theta), strict=True)]
        path.append(theta)
    return path


def classical(
    grad: Gradient, theta: Vector, eps: Number, steps: int, mu: Number = "0.9"
) -> list[Vector]:
    """Sutskever et al. 2013, equations 1 and 2, in their letters: ε is the learning rate."""
    v = [mpf(0) for _ in theta]
    path = [theta]
    for _ in range(steps):
        v = [mpf(mu) * a - mpf(eps) * g for a, g in zip(v, grad(theta), strict=True)]
        theta = [p + a for p, a in zip(theta, v, strict=True)]
        path.append(theta)
    return path


def rmsprop(
    grad: Gradient, theta: Vector, alpha: Number, steps: int, eps: Number = "0"
) -> list[Vector]:
    """Tieleman and Hinton 2012: divide by the root of MeanSquare. The lecture has no ε."""
    old, new = mpf("0.9"), mpf("0.1")
    mean_square = [mpf(0) for _ in theta]
    path = [theta]
    for _ in range(steps):
        g = grad(theta)
        mean_square = [old * a + new * b * b for a, b in zip(mean_square, g, strict=True)]
        strides = [b / (mp.sqrt(a) + mpf(eps)) for a, b in zip(mean_square, g, strict=True)]
        theta = [p - mpf(alpha) * stride for p, stride in zip(theta, strides, strict=True)]
        path.append(theta)
    return path


def adam(
    grad: Gradient,
    theta: Vector,
    alpha: Number,
    steps: int,
    *,
    betas: tuple[Number, Number] = ("0.9", "0.999"),
    eps: Number = "1e-8",
    decay: Number = "0",
    correct: bool = True,
) -> list[Vector]:
    """Kingma and Ba 2015, Algorithm 1; with a decay Loshchilov and Hutter 2019, Algorithm 2.

    :param decay: λ of Algorithm 2, which is *not* multiplied by α (the multiplier η is 1)
    :param correct: whether the means are corrected for their bias
    """
    beta1, beta2 = map(mpf, betas)
    m = [mpf(0) for _ in theta]
    v = [mpf(0) for _ in theta]
    path = [theta]
    for t in range(1, steps + 1):
        full1, full2 = (1 - beta1**t, 1 - beta2**t) if correct else (1, 1)
        g = grad(theta)
        new = []
        for i, p in enumerate(theta):
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            ratio = (m[i] / full1) / (mp.sqrt(v[i] / full2) + mpf(eps))
            new.append(p - (mpf(alpha) * ratio + mpf(decay) * p))
        theta = new
        path.append(theta)
    return path


def efficient_adam(grad: Gradient, theta: Vector, alpha: Number, steps: int) -> list[Vector]:
    """Kingma and Ba 2015, the faster form at the end of section 2, with ε̂ = ε √(1 − β₂ᵗ)."""
    beta1, beta2 = mpf("0.9"), mpf("0.999")
    m = [mpf(0) for _ in theta]
    v = [mpf(0) for _ in theta]
    path = [theta]
    for t in range(1, steps + 1):
        root = mp.sqrt(1 - beta2**t)
        alpha_t, eps_hat = mpf(alpha) * root / (1 - beta1**t), mpf("1e-8") * root
        g = grad(theta)
        m = [beta1 * a + (1 - beta1) * b for a, b in zip(m, g, strict=True)]
        v = [beta2 * a + (1 - beta2) * b * b for a, b in zip(v, g, strict=True)]
        theta = [
            p - alpha_t * a / (mp.sqrt(b) + eps_hat) for p, a, b in zip(theta, m, v, strict=True)
        ]
        path.append(theta)
    return path


# --- the problems ------------------------------------------------------------------------------


def square(theta: Vector) -> Vector:
    return [2 * theta[0]]


def ravine(theta: Vector) -> Vector:
    return [theta[0], 1000 * theta[1]]


def turned_ravine(theta: Vector) -> Vector:
    """The ravine turned by 45 degrees: ½ (1 ± 1000) are the entries of its matrix."""
    a, b = mpf("500.5"), mpf("-499.5")
    return [a * theta[0] + b * theta[1], b * theta[0] + a * theta[1]]


def rosenbrock(theta: Vector) -> Vector:
    """Of (1 − x)² + 100 (y − x²)²."""
    x, y = theta
    return [-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)]


def line(x: list[Any], y: list[Any]) -> Gradient:
    """Of the mean square error of the line w x + b on the examples ``x``, ``y``."""

    def grad(theta: Vector) -> Vector:
        errors = [theta[0] * p + theta[1] - q for p, q in zip(x, y, strict=True)]
        slopes = [e * p for e, p in zip(errors, x, strict=True)]
        return [2 * mp.fsum(part) / len(x) for part in (slopes, errors)]

    return grad


def line_loss(theta: Vector, x: list[Any], y: list[Any]) -> mpf:
    return mp.fsum((theta[0] * p + theta[1] - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x)


def faint(theta: Vector) -> Vector:
    """So flat a bowl that the gradient is of the size of Adam's ε, which shows where ε stands."""
    return [mpf("1e-8") * theta[0], mpf("3e-9") * theta[1]]


FIVE = [1, 2, 3, 4, 5]
REGRESSION = line(FIVE, [2 * x + 1 for x in FIVE])
ZEROS = [mpf(0), mpf(0)]
ONES = [mpf(1), mpf(1)]
TURNED_ONES = [mpf(0), mp.sqrt(2)]


class Problem(NamedTuple):
    """Where to start, the gradient, and learning rates: for optimizers that divide by its size
    (``stride``), and for those that don't (``rate``)."""

    start: Vector
    grad: Gradient
    rate: str
    stride: str


PROBLEMS = {
    "square": Problem([mpf(5)], square, "0.1", "0.01"),
    "ravine": Problem(ONES, ravine, "0.0018", "0.01"),
    "turned ravine": Problem(TURNED_ONES, turned_ravine, "0.0018", "0.01"),
    "Rosenbrock": Problem([mpf("-1.5"), mpf(1)], rosenbrock, "0.0005", "0.01"),
    "regression": Problem(ZEROS, REGRESSION, "0.01", "0.02"),
    "faint": Problem([mpf(2), mpf(-3)], faint, "1e6", "0.01"),
}
STEPS = 300

#: In the first steps each parameter is compared by itself, too: what is wrong with a small one
#: would hide behind a large one. (One that should be 0 exactly is off by what rounding leaves.)
ONE_BY_ONE = 20
ROUNDING = mpf("1e-15")


def in_floats(grad: Gradient) -> Callable[[Any], Any]:
    """The same gradient for a page's function: exact, then rounded to doubles."""
    return lambda theta: np.array([float(g) for g in grad([mpf(float(p)) for p in theta])])


def floats(theta: Vector) -> np.ndarray:
    return np.array([float(p) for p in theta])


def assert_same(path: Any, exact: list[Vector]) -> None:
    """Step by step, ``path`` is ``exact`` but for 1e-10 of its length."""
    assert len(path) == len(exact)
    for step, (ours, theirs) in enumerate(zip(path, exact, strict=True)):
        difference = [mpf(float(a)) - b for a, b in zip(np.ravel(ours), theirs, strict=True)]
        error = mp.norm(difference) / mp.norm(theirs) if any(theirs) else mp.norm(difference)
        assert error < mpf("1e-10"), f"step {step}: {ours} instead of {theirs}"
        if step <= ONE_BY_ONE:
            for a, b in zip(difference, theirs, strict=True):
                assert abs(a) <= mpf("1e-10") * abs(b) + ROUNDING, f"step {step}: {ours}"


# --- whole paths -------------------------------------------------------------------------------


@pytest.fixture(params=PROBLEMS)
def problem(request: pytest.FixtureRequest) -> Problem:
    return PROBLEMS[request.param]


def test_gradient_descent_follows_its_rule(problem: Problem) -> None:
    exact = descend(problem.grad, problem.start, problem.rate, STEPS)
    arguments = in_floats(problem.grad), floats(problem.start), float(problem.rate)
    assert_same(adam_page()["descend"](*arguments, STEPS), exact)
    assert_same(descent_page()["descend"](*arguments, epsilon=0, most=STEPS), exact)


@pytest.mark.parametrize("beta", ["0.9", "0.5"])
def test_both_forms_of_momentum_are_the_classical_one(problem: Problem, beta: str) -> None:
    alpha = mpf(problem.rate)
    scaled = alpha * (1 - mpf(beta))
    exact = classical(problem.grad, problem.start, scaled, STEPS, beta)
    arguments = in_floats(problem.grad), floats(problem.start)
    options = {"steps": STEPS, "beta": float(beta)}
    assert_same(adam_page()["classical"](*arguments, float(scaled), **options), exact)
    assert_same(adam_page()["momentum"](*arguments, float(alpha), **options), exact)


def test_rmsprop_divides_as_in_the_lecture(problem: Problem) -> None:
    arguments = in_floats(problem.grad), floats(problem.start), 0.001, STEPS
    lecture = rmsprop(problem.grad, problem.start, "0.001", STEPS)
    assert_same(adam_page()["rmsprop"](*arguments, eps=0), lecture)
    guarded = rmsprop(problem.grad, problem.start, "0.001", STEPS, eps="1e-8")
    assert_same(adam_page()["rmsprop"](*arguments), guarded)


def test_rmsprop_hops_for_ever() -> None:
    exact = rmsprop(square, [mpf(1)], "0.01", 1000, eps="1e-8")
    assert [f"{float(theta[0]):.6f}" for theta in exact[-2:]] == ["-0.005000", "0.005000"]
    page = adam_page()
    assert_same(page["rmsprop"](page["grad_square"], 1.0, 0.01, 1000), exact)


def test_adam_is_algorithm_1(problem: Problem) -> None:
    exact = adam(problem.grad, problem.start, problem.stride, STEPS)
    arguments = in_floats(problem.grad), floats(problem.start), float(problem.stride)
    assert_same(adam_page()["adam"](*arguments, STEPS), exact)
    efficient = efficient_adam(problem.grad, problem.start, problem.stride, STEPS)
    for one, other in zip(exact, efficient, strict=True):
        assert mp.norm([a - b for a, b in zip(one, other, strict=True)]) < mpf("1e-35")


def test_adam_has_the_defaults_of_the_paper() -> None:
    exact = adam(REGRESSION, ZEROS, "0.001", 1000)
    assert_same(adam_page()["adam"](in_floats(REGRESSION), np.zeros(2)), exact)


def test_adam_heeds_its_betas_and_epsilon(problem: Problem) -> None:
    options: dict[str, Any] = {"betas": ("0.8", "0.99"), "eps": "0.001"}
    exact = adam(problem.grad, problem.start, problem.stride, STEPS, **options)
    arguments = in_floats(problem.grad), floats(problem.start), float(problem.stride), STEPS
    assert_same(adam_page()["adam"](*arguments, beta1=0.8, beta2=0.99, eps=0.001), exact)


def test_adamw_is_algorithm_2(problem: Problem) -> None:
    # The page multiplies its λ by α, as most libraries do; the paper's λ stands outside.
    decay = mpf(problem.stride) / 10
    exact = adam(problem.grad, problem.start, problem.stride, STEPS, decay=decay)
    arguments = in_floats(problem.grad), floats(problem.start), float(problem.stride), STEPS
    assert_same(adam_page()["adamw"](*arguments, decay=0.1), exact)


def test_adamw_has_the_defaults_of_adam() -> None:
    exact = adam(REGRESSION, ZEROS, "0.001", 1000, decay="0.00001")
    assert_same(adam_page()["adamw"](in_floats(REGRESSION), np.zeros(2)), exact)


@pytest.mark.parametrize("correct", [True, False])
def test_the_walk_with_and_without_bias_correction(correct: bool) -> None:
    exact = adam(square, [mpf(5)], "0.1", 120, eps=0, correct=correct)
    assert_same(adam_page()["walk"](correct), exact)


def test_a_schedule_follows_half_a_wave_of_the_cosine() -> None:
    """Loshchilov and Hutter 2017, equation 5, from 0.4 down to 0."""
    exact = descend(square, [mpf(5)], lambda t: (1 + mp.cos(mp.pi * t / 200)) / 5, 195)
    page = adam_page()
    assert_same(page["scheduled"](page["grad_square"], 5.0, page["cosine"], 195), exact)


def test_warm_up_survives_where_the_full_rate_explodes() -> None:
    def steep(theta: Vector) -> Vector:
        return [theta[0] ** 3 + theta[0]]

    page, start = adam_page(), [mpf(4)]
    assert_same(page["warm"], descend(steep, start, lambda t: mpf(min(t, 20)) / 40, 40))
    assert_same(page["cold"], descend(steep, start, "0.5", 4))
    assert_same(page["timid"], descend(steep, start, "0.05", 40))


@pytest.mark.parametrize("size", [64, 8, 1])
def test_mini_batches_are_dealt_as_shuffled(size: int) -> None:
    """Each epoch takes every example once; the gradient is the mean over the hand."""
    page = descent_page()
    x, y = ([mpf(float(value)) for value in page[name]] for name in "xy")
    rng = np.random.default_rng(1)
    theta, exact = ZEROS, [ZEROS]
    for _ in range(3):
        order = [int(i) for i in rng.permutation(64)]
        for hand in (order[k : k + size] for k in range(0, 64, size)):
            grad = line([x[i] for i in hand], [y[i] for i in hand])
            theta = descend(grad, theta, "0.1", 1)[1]
            exact.append(theta)
    assert_same(page["train"](size, epochs=3, alpha=0.1), exact)


@pytest.mark.parametrize(
    ("name", "grad"), [("grad_square", square), ("grad_ravine", ravine), ("grad_loss", REGRESSION)]
)
def test_the_page_descends_by_the_gradients_of_its_problems(name: str, grad: Gradient) -> None:
    rng = np.random.default_rng(0)
    for theta in rng.normal(size=(20, 1 if name == "grad_square" else 2)):
        exact = grad([mpf(float(p)) for p in theta])
        assert_same([adam_page()[name](theta)], [exact])


# --- steps worked by hand ----------------------------------------------------------------------


def test_four_steps_down_a_parabola_by_hand() -> None:
    page = descent_page()
    path = page["descend"](page["grad"], 10.0, alpha=0.1, most=4)
    assert_same(path, [[mpf(theta)] for theta in ("10", "8", "6.4", "5.12", "4.096")])
    strides = page["descend"](page["grad"], 10.0, alpha=0.1, most=3)
    assert_same([-np.diff(strides)], [[mpf("2"), mpf("1.6"), mpf("1.28")]])


def test_two_steps_of_adam_by_hand() -> None:
    """The corrected means of two gradients, worked out: weights 9 and 10, and 999 and 1000."""
    page = adam_page()
    one = 5 - mpf("0.001") * 10 / (10 + mpf("1e-8"))
    g = 2 * one
    m, v = (9 * 10 + 10 * g) / 19, (999 * mpf(10) ** 2 + 1000 * g**2) / 1999
    two = one - mpf("0.001") * m / (mp.sqrt(v) + mpf("1e-8"))
    assert [f"{float(theta):.6f}" for theta in (one, two)] == ["4.999000", "4.998000"]
    assert_same(page["adam"](page["grad_square"], 5.0, steps=2), [[mpf(5)], [one], [two]])


# --- the numbers that earlier material had wrong -----------------------------------------------


def first(path: list[Vector], holds: Callable[[Vector], bool]) -> int:
    """The first step after which something holds."""
    return next(step for step, theta in enumerate(path) if holds(theta))


def shown(theta: Vector) -> str:
    return " ".join(f"{float(p):.4f}" for p in theta)


def test_descent_on_a_parabola_stops_after_76_iterations() -> None:
    exact = descend(square, [mpf(10)], "0.1", 100)
    stop = first(exact, lambda theta: abs(square(theta)[0]) < mpf("1e-6"))
    assert (stop, f"{float(exact[stop][0]):.1e}") == (76, "4.3e-07")
    page = descent_page()
    assert_same(page["descend"](page["grad"], 10.0, alpha=0.1), exact[: stop + 1])


def test_the_fit_of_2x_is_right_to_four_decimals_after_2729_epochs() -> None:
    exact = descend(line(FIVE, [2 * x for x in FIVE]), ZEROS, "0.01", 2800)
    assert shown(exact[500]) == "1.9738 0.0946"
    assert first(exact, lambda theta: shown(theta) == "2.0000 0.0000") == 2729
    loop = run("gradient-descent", until="dw")  # the cell with the loop of 500 epochs
    assert_same([[loop["w"], loop["b"]]], [exact[500]])
    page = descent_page()
    ours = page["descend"](page["grad5"], np.zeros(2), 0.01, epsilon=0, most=2800)
    assert_same(ours, exact)


def test_the_fit_of_3x_plus_2_is_right_to_four_decimals_after_2949_epochs() -> None:
    exact = descend(line(FIVE, [3 * x + 2 for x in FIVE]), ZEROS, "0.01", 3000)
    assert shown(exact[500]) == "3.0553 1.8003"
    assert first(exact, lambda theta: shown(theta) == "3.0000 2.0000") == 2949
    page = run("gradients", until="needed")
    assert page["needed"] == 2949
    x = np.array(FIVE, float)
    assert_same(page["descend"](np.zeros(2), x, alpha=0.01, epochs=3000), exact)


def test_adam_on_a_parabola_takes_thousands_of_steps() -> None:
    exact = adam(square, [mpf(5)], "0.001", 11_000)
    assert shown(exact[1000]) == "4.0447"
    assert first(exact, lambda theta: abs(theta[0]) < mpf("0.01")) == 8520
    # The stop test looks before it steps, so it sees θ of step t in pass t + 1.
    assert first(exact, lambda theta: abs(2 * theta[0]) < mpf("1e-7")) + 1 == 10_813
    page = adam_page()
    ours = page["adam"](page["grad_square"], 5.0, alpha=0.001, steps=11_000)
    assert np.argmax(np.abs(ours) < 0.01) == 8520
    assert np.argmax(np.abs(2 * ours) < 1e-7) + 1 == 10_813
    assert_same(ours, exact)


def test_gradient_descent_on_the_same_parabola_is_faster_than_adam() -> None:
    exact = descend(square, [mpf(5)], "0.001", 1000)
    assert shown(exact[1000]) == "0.6753"
    assert shown([exact[0][0] - exact[1][0]]) == "0.0100"
    page = adam_page()
    assert_same(page["descend"](page["grad_square"], 5.0, 0.001, 1000), exact)


def test_adam_has_not_fitted_the_line_after_200_epochs() -> None:
    y = [2 * x + 1 for x in FIVE]
    exact = adam(REGRESSION, ZEROS, "0.01", 200)
    losses = [float(line_loss(theta, FIVE, y)) for theta in exact]
    assert [round(losses[epoch], 2) for epoch in (49, 50, 199)] == [30.80, 30.38, 2.29]
    assert round(losses[200], 3) == 2.245
    assert [round(float(p), 3) for p in exact[200]] == [1.437, 1.419]
    page = adam_page()
    ours = page["adam"](page["grad_loss"], np.zeros(2), alpha=0.01, steps=200)
    assert_same(ours, exact)
    np.testing.assert_allclose([page["loss"](theta) for theta in ours], losses, rtol=1e-10)
    plain = descend(REGRESSION, ZEROS, "0.01", 200)
    assert shown([line_loss(plain[200], FIVE, y)]) == "0.0081"
    assert_same(page["descend"](page["grad_loss"], np.zeros(2), 0.01, 200), plain)


@pytest.mark.parametrize("turned", [False, True], ids=["straight", "turned"])
def test_the_race_in_the_ravine(turned: bool) -> None:
    page = adam_page()
    start, grad = (TURNED_ONES, turned_ravine) if turned else (ONES, ravine)
    A, at = (
        (page["turned"], page["turn"] @ np.ones(2)) if turned else (page["straight"], np.ones(2))
    )
    races = {
        page["descend"]: (descend(grad, start, "0.001996", 3400), 3285),
        page["momentum"]: (classical(grad, start, "0.0018", 3400), 299),
        page["adam"]: (adam(grad, start, "0.01", 7500), 7339 if turned else 322),
    }
    raced = {
        runner: (alpha, losses[turned])
        for (runner, alpha), losses in zip(page["runners"], page["losses"], strict=True)
    }
    for runner, (exact, steps) in races.items():
        losses = [mp.fdot(theta, grad(theta)) / 2 for theta in exact]
        assert max(t for t, loss in enumerate(losses) if loss >= mpf("1e-6")) + 1 == steps
        alpha, ours = raced[runner]
        assert np.flatnonzero(ours >= 1e-6)[-1] + 1 == steps
        path = runner(lambda theta: A @ theta, at, alpha=alpha, steps=steps)
        assert_same(path, exact[: steps + 1])
