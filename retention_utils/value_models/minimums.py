"""What must be there before a customer-value model is fitted at all.

Four thresholds are the gate that Klaviyo publishes for its own predictions. Two are ours: a model learns how
customers leave from those who came back, and a forecast cannot be held against a handful of purchases.
"""

from dataclasses import dataclass

import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["DEFAULT_MINIMUMS", "DataMinimums", "data_minimums", "missing_minimums"]

KLAVIYO, OURS = "Klaviyo", message("this workbook")


@dataclass(frozen=True)
class DataMinimums:
    """The thresholds."""

    buyers: int = 500
    history_days: int = 180
    recent_days: int = 30  # somebody must have bought within these days
    frequent_purchases: int = 3  # purchase days of one customer
    frequent_buyers: int = 1  # customers with at least that many
    repeat_buyers: int = 100  # customers with a second purchase day
    holdout_purchases: int = 50  # purchases in the weeks kept back for the test


DEFAULT_MINIMUMS = DataMinimums()


def data_minimums(
    cells: pd.DataFrame,
    *,
    holdout_purchases: int | None = None,
    minimums: DataMinimums = DEFAULT_MINIMUMS,
) -> pd.DataFrame:
    """Hold the data against every threshold.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`retention_utils.value_models.btyd.fit_purchases`.
    holdout_purchases : int, optional
        Purchases in the weeks kept back for the test; left out, that threshold is not asked for.
    minimums : DataMinimums
        The thresholds.

    Returns
    -------
    DataFrame
        One row per threshold: ``requirement`` (words), ``needed`` (words), ``found`` (count; NaN without
        buyers), ``is_met``, ``source`` (who asks for it), ``sentence`` (what to say if it is not met).
    """
    rows = _thresholds(cells, minimums)
    if holdout_purchases is not None:
        rows.append(_kept_back(holdout_purchases, minimums.holdout_purchases))
    table = pd.DataFrame(rows, columns=["requirement", "least", "found", "source", "sentence"])
    say = EVERY_LANGUAGE.say
    table["needed"] = [
        say("at least {least}", least=n) if n >= 0 else say("at most {most}", most=-n) for n in table["least"]
    ]
    table["source"] = [say(source) for source in table["source"]]
    signed = table["found"].astype(float).where(table["least"] >= 0, -table["found"].astype(float))
    table["is_met"] = signed >= table["least"]
    return table[["requirement", "needed", "found", "is_met", "source", "sentence"]]


def missing_minimums(
    cells: pd.DataFrame,
    *,
    holdout_purchases: int | None = None,
    minimums: DataMinimums = DEFAULT_MINIMUMS,
) -> tuple[Text, ...]:
    """Say what the data lack before a model may be fitted; empty if nothing.

    Parameters
    ----------
    cells, holdout_purchases, minimums
        As for :func:`data_minimums`.

    Returns
    -------
    tuple of Text
        One sentence per threshold that is not met.
    """
    table = data_minimums(cells, holdout_purchases=holdout_purchases, minimums=minimums)
    if cells["customers"].sum() == 0:
        return (EVERY_LANGUAGE.say("There are no buyers."),)
    return tuple(table.loc[~table["is_met"], "sentence"])


Threshold = tuple[Text, int, int | None, str, Text]  # its name, what is needed, found, who asks, what to say


def _thresholds(cells: pd.DataFrame, minimums: DataMinimums) -> list[Threshold]:
    """Hold customers and their purchases against what is asked of them."""
    require(cells, ["frequency", "recency_days", "age_days", "customers"], name="cells")
    customers = cells["customers"]
    buyers = int(customers.sum())
    often = int(customers[cells["frequency"] >= minimums.frequent_purchases - 1].sum())
    repeat = int(customers[cells["frequency"] >= 1].sum())
    history = silent = None
    if buyers:
        history = int(cells["age_days"].max())
        silent = int((cells["age_days"] - cells["recency_days"]).min())
    say = EVERY_LANGUAGE.say
    return [
        (say("Customers"), minimums.buyers, buyers, KLAVIYO, _buyers(buyers, minimums.buyers)),
        (
            say("Days since the first purchase"), minimums.history_days, history, KLAVIYO,
            _history(history, minimums),
        ),
        (
            say("Days since the last purchase"), -minimums.recent_days, silent, KLAVIYO,
            _silence(silent, minimums),
        ),
        (
            say("Customers with {purchases} or more purchase days", purchases=minimums.frequent_purchases),
            minimums.frequent_buyers, often, KLAVIYO,
            say(
                "Customers with {purchases} or more purchase days: {found}; at least {least} needed.",
                purchases=minimums.frequent_purchases, found=often, least=minimums.frequent_buyers,
            ),
        ),
        (
            say("Customers with a second purchase day"), minimums.repeat_buyers, repeat, OURS,
            say(
                "Customers with a second purchase day: {found}; at least {least} needed.",
                found=repeat, least=minimums.repeat_buyers,
            ),
        ),
    ]  # fmt: skip


def _kept_back(purchases: int, least: int) -> Threshold:
    """Hold the purchases of the weeks kept back against what a test needs."""
    say = EVERY_LANGUAGE.say
    sentence = say(
        "Purchases in the weeks kept back for the test: {found}; at least {least} needed.",
        found=purchases,
        least=least,
    )
    return say("Purchases in the weeks kept back for the test"), least, purchases, OURS, sentence


def _buyers(buyers: int, least: int) -> Text:
    return EVERY_LANGUAGE.say(
        "There {buyers, plural, one {is # buyer} other {are # buyers}}; at least {least} are needed.",
        buyers=buyers,
        least=least,
    )


def _history(days: int | None, minimums: DataMinimums) -> Text:
    if days is None:
        return EVERY_LANGUAGE.say("There is no history.")
    return EVERY_LANGUAGE.say(
        "The first purchase is {days, plural, one {# day} other {# days}} old; at least {least} are needed.",
        days=days,
        least=minimums.history_days,
    )


def _silence(days: int | None, minimums: DataMinimums) -> Text:
    if days is None:
        return EVERY_LANGUAGE.say("There is no purchase.")
    return EVERY_LANGUAGE.say(
        "The last purchase is {days, plural, one {# day} other {# days}} old; at most {most} are allowed.",
        days=days,
        most=minimums.recent_days,
    )
