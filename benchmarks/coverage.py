"""Measure how often the 95% intervals contain what comes.

Simulates many clients from known parameters, fits the models to each, and asks whether the intervals of the
purchases and the value of the next year and of the number of active customers contain what the simulation
then brings. Prints one row per case; the last columns say on which side the misses lie.

    python benchmarks/coverage.py --seeds 200
"""

import argparse

import numpy as np
import pandas as pd

from retention_utils.simulate import (
    Truth,
    customer_histories,
    distinct_histories,
    distinct_spend,
    simulate_purchases,
    whole_days,
)
from retention_utils.value_models.active import active_customers
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.customer_value import customer_value
from retention_utils.value_models.expectation import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    probability_alive,
    weekly_discount_rate,
)

ACQUISITION_DAYS, OBSERVED_DAYS, HORIZON_WEEKS = 91, 546, 52
TIMING = {
    BG_NBD: {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    MBG_NBD: {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614},
    PARETO_NBD: {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
}


def purchase_log(truth: Truth, *, customers: int, seed: int) -> pd.DataFrame:
    """Simulate the purchases up to the end of the horizon."""
    days = OBSERVED_DAYS + 7 * HORIZON_WEEKS
    window = {"customers": customers, "acquisition_days": ACQUISITION_DAYS, "observed_days": days}
    if truth.model != PARETO_NBD:
        return simulate_purchases(truth, **window, seed=seed)
    # Nobody leaves in the simulation; then a lifetime of its own cuts every customer's purchases.
    timing = {"r": truth.timing["r"], "alpha": truth.timing["alpha"], "a": 0, "b": 1}
    log = simulate_purchases(Truth(timing=timing, spend=truth.spend), **window, seed=seed)
    random = np.random.default_rng(seed + 100_000)
    leaving = random.gamma(truth.timing["s"], 1 / truth.timing["beta"], customers)
    lifetime = 7 * random.exponential(size=customers) / leaving
    since = log["day"] - log.groupby("customer_id")["day"].transform("min")
    return log[since <= lifetime[log["customer_id"]]]


def one_client(truth: Truth, *, customers: int, by_day: bool, seed: int) -> dict[str, tuple | None]:
    """Return ``(truth, low, estimate, high)`` per quantity for one simulated client; None if refused."""
    log = purchase_log(truth, customers=customers, seed=seed)
    log = whole_days(log) if by_day else log
    until = OBSERVED_DAYS - 1 if by_day else OBSERVED_DAYS
    histories = customer_histories(log, until=until)
    cells = distinct_histories(histories)
    timing, spend = fit_purchases(cells, model=truth.model), fit_spend(distinct_spend(histories))
    if not (timing.is_usable and spend.is_usable):
        return {"purchases": None, "value": None, "active": None}
    value = customer_value(cells, timing, spend, horizon_weeks=HORIZON_WEEKS, seed=seed)
    later = log[log["day"] > until]
    weeks = (later["day"] - until - (0.5 if by_day else 0)) / 7
    brought = float((later["amount"] * np.exp(-weekly_discount_rate(0.10) * weeks)).sum())
    alive = probability_alive(
        truth.timing,
        cells["frequency"],
        cells["recency_days"] / 7,
        cells["age_days"] / 7,
        model=truth.model,
    )
    staying = np.random.default_rng(seed).binomial(cells["customers"], alive).sum()
    active = active_customers(cells, timing, seed=seed).iloc[0]
    return {
        "purchases": (len(later), value.purchases_low, value.purchases, value.purchases_high),
        "value": (brought, value.value_low, value.value, value.value_high),
        "active": (float(staying), active["low"], active["active"], active["high"]),
    }


def coverage(truth: Truth, *, customers: int, by_day: bool, seeds: int) -> pd.DataFrame:
    """Return one row per quantity: how many clients, how often covered, on which side missed."""
    clients = [one_client(truth, customers=customers, by_day=by_day, seed=seed) for seed in range(seeds)]
    rows = []
    for quantity in ("purchases", "value", "active"):
        fitted = np.array([client[quantity] for client in clients if client[quantity] is not None])
        true, low, estimate, high = fitted.T
        rows.append(
            {
                "model": truth.model,
                "customers": customers,
                "grain": "day" if by_day else "exact",
                "quantity": quantity,
                "clients": seeds,
                "refused": seeds - len(fitted),
                "covered": ((low <= true) & (true <= high)).mean(),
                "truth_below": (true < low).mean(),
                "truth_above": (true > high).mean(),
                "bias": (estimate / true - 1).mean(),
                "half_width": ((high - low) / 2 / estimate).mean(),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200, help="simulated clients per case")
    parser.add_argument("--customers", type=int, nargs="+", default=[1000, 2000])
    options = parser.parse_args()
    tables = [
        coverage(Truth(model=model, timing=timing), customers=customers, by_day=by_day, seeds=options.seeds)
        for model, timing in TIMING.items()
        for customers in options.customers
        for by_day in (False, True)
    ]
    print(pd.concat(tables).to_string(index=False, float_format=lambda number: f"{number:.3f}"))


if __name__ == "__main__":
    main()
