"""Amounts in one currency: every row at the rate of its day, and none at a rate that nobody supplied."""

import ibis
import ibis.expr.types as ir

__all__ = ["in_one_currency"]


def in_one_currency(rows: ir.Table, *, currency: str, rates: ir.Table | None = None) -> ir.Table:
    """Convert every amount into the currency of the client.

    Parameters
    ----------
    rows : ir.Table
        Rows of the order log with ``day``, ``amount`` and, where it is mapped, ``currency``. A row without
        a currency is in the client's own.
    currency : str
        The client's currency code.
    rates : ir.Table, optional
        One row per ``currency`` and ``day`` from which on ``rate`` holds (what one unit is worth in the
        client's currency), until the next.

    Returns
    -------
    ir.Table
        The rows with ``amount`` in the client's currency, to four decimals, NULL where there is no rate,
        and ``is_unrated``.
    """
    if "currency" not in rows.columns:
        return rows.mutate(is_unrated=ibis.literal(False))
    is_own = rows["currency"].isnull() | (rows["currency"] == currency.upper())
    if rates is None:
        rate = ibis.cases((is_own, ibis.literal(1)), else_=ibis.null("int8")).cast("decimal(18, 8)")
        return _converted(rows.mutate(rate=rate, is_own=is_own)).drop("rate", "is_own")
    dated = rates.mutate(
        next_day=rates["day"].lead().over(ibis.window(group_by="currency", order_by="day"))
    ).select(rated="currency", since="day", until="next_day", rate=rates["rate"].cast("decimal(18, 8)"))
    rows = rows.mutate(is_own=is_own)
    holds = [
        rows["currency"] == dated["rated"],
        rows["day"] >= dated["since"],
        dated["until"].isnull() | (rows["day"] < dated["until"]),
    ]
    return _converted(rows.left_join(dated, holds)).drop("is_own", "rated", "since", "until", "rate")


def _converted(rows: ir.Table) -> ir.Table:
    # With a factor of nineteen digits DuckDB makes room for the product, with eighteen it gives up.
    product = rows["amount"].cast("decimal(18, 4)") * rows["rate"].cast("decimal(19, 8)")
    foreign = product.cast("decimal(38, 12)").cast("decimal(18, 4)")
    return rows.mutate(
        amount=ibis.cases((rows["is_own"], rows["amount"]), else_=foreign),
        is_unrated=~rows["is_own"] & rows["rate"].isnull() & rows["day"].notnull(),
    )
