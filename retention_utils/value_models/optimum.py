"""Find the maximum of a likelihood and say how good the find is.

``lifetimes`` gives up when one search from one start reports trouble, although such a search often stands on
the maximum already. Here a find is judged by what it is, a level point curving down on all sides, and not by
what the search says of itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["LEVEL", "Optimum", "climb", "find_optimum", "polished"]

LEVEL = 1e-6
"""Largest slope, in mean log-likelihood per unit of log-parameter, that counts as level."""

_NEWTON_STEPS = 8
_MOST_STEPS = 60
_SETTLED = 1e-4
_LONGEST_STEP = 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the search ended, on the scale of log-parameters."""

    log_parameters: Floats
    value: float  # mean negative log-likelihood
    slope: float  # length of the gradient
    hessian: Floats

    @property
    def is_finite(self) -> bool:
        """Whether every number of the find can be computed."""
        parts = (self.log_parameters, self.value, self.slope, self.hessian)
        return all(bool(np.all(np.isfinite(part))) for part in parts)

    @property
    def is_level(self) -> bool:
        """Whether the likelihood no longer rises in any direction."""
        return self.slope <= LEVEL

    @property
    def is_curved(self) -> bool:
        """Whether the likelihood falls in every direction (the Hessian is positive definite)."""
        return self.is_finite and bool(np.linalg.eigvalsh(self.hessian).min() > 0)

    @property
    def is_maximum(self) -> bool:
        """Whether this is a proper maximum."""
        return self.is_finite and self.is_level and self.is_curved


def find_optimum(
    objective: Callable[..., Any], arguments: tuple[Any, ...], *, starts: Iterable[Iterable[float]]
) -> Optimum:
    """Minimise ``objective(log_parameters, *arguments)``, written for autograd, from several starts.

    As :func:`climb`, with the derivatives worked out by autograd.
    """
    from autograd import hessian, value_and_grad  # imports scipy.stats: too slow for those who never fit

    return climb(objective, value_and_grad(objective), hessian(objective), arguments, starts=starts)


def climb(
    objective: Callable[..., Any],
    slopes: Callable[..., Any],
    curvature: Callable[..., Any],
    arguments: tuple[Any, ...],
    *,
    starts: Iterable[Iterable[float]],
    method: str = "BFGS",
) -> Optimum:
    """Minimise ``objective(log_parameters, *arguments)`` from several starts, its derivatives given.

    The first proper maximum of the likelihood is returned. If no start reaches one, a simplex search that
    needs no slopes goes on from the best point, and the best find is returned as it is: look at its
    properties.

    Parameters
    ----------
    objective, slopes, curvature : callable
        Mean negative log-likelihood; the same with its gradient; its matrix of second derivatives. All take
        the logarithms of the parameters, then ``arguments``.
    arguments : tuple
        The data.
    starts : iterable
        Points to search from, as logarithms.
    method : {"BFGS", "trust-exact"}
        The latter where second derivatives cost little.
    """
    # Where nothing can be identified the search would run on towards infinity.
    quick = method == "trust-exact"
    options = {"hess": curvature, "options": {"maxiter": _MOST_STEPS}} if quick else {}
    best: Optimum | None = None
    with np.errstate(all="ignore"):  # far-off trial points overflow
        for start in starts:
            point = np.asarray(start, dtype=float)
            search = minimize(slopes, point, args=arguments, jac=True, tol=1e-7, method=method, **options)
            best = _better(best, polished(slopes, curvature, arguments, search.x))
            if best.is_maximum:
                return best
        if best is None:
            msg = "starts is empty; give at least one point to search from."
            raise ValueError(msg)
        simplex = minimize(objective, best.log_parameters, args=arguments, method="Nelder-Mead", tol=1e-9)
        return _better(best, polished(slopes, curvature, arguments, simplex.x))


def polished(
    slopes: Callable[..., Any], curvature: Callable[..., Any], arguments: tuple[Any, ...], point: Floats
) -> Optimum:
    """Take Newton steps while they help, so that the last digits do not depend on the path taken.

    Near a maximum they find it alone; the arguments are those of :func:`climb`.
    """
    value, gradient = slopes(point, *arguments)
    found = Optimum(point, float(value), float(np.linalg.norm(gradient)), curvature(point, *arguments))
    for _ in range(_NEWTON_STEPS):
        if not found.is_curved:
            return found
        step = np.linalg.solve(found.hessian, gradient)
        length = float(np.linalg.norm(step))
        moved = point - step * min(1.0, _LONGEST_STEP / max(length, _LONGEST_STEP))
        value, next_gradient = slopes(moved, *arguments)
        slope = float(np.linalg.norm(next_gradient))
        if not slope < found.slope:
            return found
        # The curvature costs as much as a whole search; a settled point keeps the one it has.
        bend = found.hessian if length < _SETTLED else curvature(moved, *arguments)
        found, point, gradient = Optimum(moved, float(value), slope, bend), moved, next_gradient
        if length < _SETTLED:
            return found
    return found


def _better(first: Optimum | None, second: Optimum) -> Optimum:
    if first is None or second.is_maximum or not first.is_finite:
        return second
    return second if second.is_finite and second.value < first.value else first
