"""What years of a back office do to clean orders, done on purpose, so that all of it is known.

Rows are made one kind after another: true orders with the customer's codes and contacts, some of them
refunded or paid in foreign money; then rows that are no orders to count; last, what was exported twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle, islice

import numpy as np
import pandas as pd

from retention_utils.schema import require

__all__ = ["EXPORT_COLUMNS", "WHOLESALER", "spoil"]

EXPORT_COLUMNS = (
    "order_id", "ordered_at", "customer_id", "email", "phone", "amount", "currency", "status", "refund_of",
    "channel", "comment",
)  # fmt: skip
WHOLESALER = "000007"  # the code of a café that buys by the sack
UNRATED = "AED"
FIRST_CODE = 100
KINDS = ("registered", "by e-mail", "by phone")
KIND_SHARES = (0.86, 0.09, 0.05)
FULL_REFUNDS, PART_REFUNDS, SPLIT_REFUNDS, ORPHAN_REFUNDS = 90, 150, 8, 14
REFUNDED_BY_STATUS, FOREIGN = 60, 40
LONGEST_REFUND_DAYS = 20
DUPLICATED_DAYS = ("2022-03-31", "2023-06-30", "2024-01-31", "2024-11-29")  # where two exports overlap
# What a second copy of a row is, unless the row was left out for an earlier reason.
COPIED = {
    use: "duplicate"
    for use in ("used", "refund", "refunded", "other_currency", "orphan_refund", "zero_amount")
}
STATUSES = ("Выполнен", "Выполнен", "Выполнен", "Доставлен")
COMMENTS = (
    "Позвонить\nперед доставкой", 'Подарок; упаковать в "праздничную" бумагу', "Без звонка, оставить у двери",
    "код домофона 12К", "самовывоз", "<script>alert(1)</script>", "@SUM(1+1)*cmd", "-2+3",
    '=HYPERLINK("http://shop.example";"скидка")', "'; DROP TABLE orders; --",
)  # fmt: skip
COMMENT_SHARES = (0.18, 0.18, 0.18, 0.18, 0.18, 0.02, 0.02, 0.02, 0.02, 0.02)  # few are hostile
COMMENTED_SHARE = 0.02


@dataclass(frozen=True)
class _Extra:
    """Rows beside the true orders: copies of random orders at other times, some cells overwritten in turn."""

    use: str
    rows: int
    cells: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    is_money: bool = True  # the amount is one in the shop's currency


EXTRAS = (
    _Extra("cancelled", 260, {"status": ("Отменен", "отменён", "Отмена", "ОТМЕНЕН ", "Аннулирован")}),
    _Extra("test", 9, {"status": ("Тест", "тестовый"), "comment": ("проверка оплаты",)}),
    _Extra("zero_amount", 35, {"amount": (Decimal("0.00"),), "comment": ("подарок по карте",)}),
    _Extra("no_customer", 42, {"customer_id": ("",), "email": ("",), "phone": ("",)}),
    _Extra(
        "bad_amount", 12, {"amount": ("по запросу", "#Н/Д", "1.234.56", "—", "", "12500-00")}, is_money=False
    ),
    _Extra("bad_date", 9, {"ordered_at": ("00.00.0000 00:00", "31.02.2023 12:00", "вчера", "", "12:30")}),
    _Extra("before_start", 5, {"ordered_at": ("30.12.1899 00:00", "01.01.2001 00:00")}),
    _Extra("other_currency", 3, {"currency": (UNRATED,), "amount": (120,)}, is_money=False),
    _Extra("ragged", 4, {"comment": ("домофон 45",)}),
)


def spoil(purchases: pd.DataFrame, rates: pd.DataFrame, *, currency: str, seed: int) -> pd.DataFrame:
    """Turn clean purchases into the records of a dirty export.

    Parameters
    ----------
    purchases : DataFrame
        One row per purchase, by time: ``customer`` (number), ``ordered_at``, ``amount`` (Decimal),
        ``channel`` (text).
    rates : DataFrame
        ``day``, ``currency``, ``rate`` (Decimal), one row per first of a month and currency.
    currency : str
        The shop's own currency code.
    seed : int
        Same seed, same records.

    Returns
    -------
    DataFrame
        One row per record in the order of the file: the cells of ``EXPORT_COLUMNS`` and the truth behind
        them: ``use``, ``person`` (the customer's code, else e-mail, else phone), ``at`` (true local time),
        ``own`` (the row's own amount in the shop's currency; None where there is none) and ``net`` (what
        is left of an order after its refunds; None for rows that are no purchase).
    """
    require(purchases, ["customer", "ordered_at", "amount", "channel"], name="purchases")
    random = np.random.default_rng(seed)
    orders = _with_contacts(purchases, random).assign(currency=currency, refund_of="", use="used")
    orders["status"] = random.choice(STATUSES, len(orders))
    is_commented = random.uniform(size=len(orders)) < COMMENTED_SHARE
    orders["comment"] = np.where(is_commented, random.choice(COMMENTS, len(orders), p=COMMENT_SHARES), "")
    orders = orders.assign(at=orders["ordered_at"], own=orders["amount"], net=orders["amount"])
    orders["ordered_at"] = orders["ordered_at"].astype(object)  # cells of it are to be spoilt
    chosen = random.permutation(len(orders))
    _pay_in_foreign_money(orders, chosen[:FOREIGN], rates, random)
    _refund_by_status(orders, chosen[FOREIGN : FOREIGN + REFUNDED_BY_STATUS])
    rows = pd.concat([orders, *(_extra_rows(orders, extra, random) for extra in EXTRAS), _wholesale(orders)])
    rows = rows.sort_values("at", kind="stable", ignore_index=True)
    rows["order_id"] = [f"{number:06d}" for number in range(1, len(rows) + 1)]
    refunds = _refunds(rows, random)
    rows = pd.concat([rows, refunds]).sort_values("at", kind="stable", ignore_index=True)
    return _exported_twice(rows)


def _with_contacts(purchases: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give every customer a code or a contact, as they gave them to the shop."""
    people = int(purchases["customer"].max()) + 1
    kind = random.choice(KINDS, people, p=KIND_SHARES)
    codes = np.array([f"{FIRST_CODE + number:06d}" for number in range(people)])
    emails = np.array([f"k{number}@mail.example" for number in range(people)])
    phones = np.array([f"+7000{number:07d}" for number in range(people)])
    is_registered = kind == "registered"
    has_email = (kind == "by e-mail") | (is_registered & (random.uniform(size=people) < 0.7))
    has_phone = (kind == "by phone") | (is_registered & (random.uniform(size=people) < 0.35))
    person = np.where(is_registered, codes, np.where(kind == "by e-mail", emails, phones))
    owner = purchases["customer"].to_numpy()
    is_repeat = purchases.groupby("customer").cumcount().to_numpy() > 0
    is_guest = is_repeat & (has_email & is_registered)[owner] & (random.uniform(size=len(owner)) < 0.04)
    table = purchases[["ordered_at", "amount", "channel"]].assign(
        person=person[owner],
        customer_id=np.where(is_registered[owner] & ~is_guest, codes[owner], ""),
        email=np.where(has_email[owner], emails[owner], ""),
        phone=np.where(has_phone[owner], phones[owner], ""),
    )
    is_otherwise = (table["customer_id"] == "") & is_repeat & (random.uniform(size=len(owner)) < 0.3)
    table.loc[is_otherwise, "email"] = table.loc[is_otherwise, "email"].str.upper()
    table.loc[is_otherwise, "phone"] = table.loc[is_otherwise, "phone"].map(_as_dialled)
    return table


def _as_dialled(phone: str) -> str:
    return f"8 ({phone[2:5]}) {phone[5:8]}-{phone[8:10]}-{phone[10:]}" if phone else ""


def _pay_in_foreign_money(
    orders: pd.DataFrame, chosen: np.ndarray, rates: pd.DataFrame, random: np.random.Generator
) -> None:
    by_month = {(row.day.strftime("%Y-%m"), row.currency): row.rate for row in rates.itertuples()}
    codes = sorted(rates["currency"].unique())
    for position, code in zip(chosen, random.choice(codes, len(chosen)), strict=True):
        rate = by_month[orders.loc[position, "at"].strftime("%Y-%m"), code]
        units = max(1, int(orders.loc[position, "own"] / rate))
        columns = ["currency", "amount", "own", "net"]
        orders.loc[position, columns] = [code, units, units * rate, units * rate]


def _refund_by_status(orders: pd.DataFrame, chosen: np.ndarray) -> None:
    orders.loc[chosen, "use"] = "refunded"
    orders.loc[chosen, "net"] = Decimal("0.00")
    orders.loc[chosen, "status"] = list(islice(cycle(["Возврат", "возвращён"]), len(chosen)))


def _extra_rows(orders: pd.DataFrame, extra: _Extra, random: np.random.Generator) -> pd.DataFrame:
    is_before_the_last_day = orders["at"] < orders["at"].max().normalize()
    is_plain = (orders["use"] == "used") & (orders["own"] == orders["amount"])
    plain = orders.index[is_before_the_last_day & is_plain]
    rows = orders.loc[random.choice(plain, extra.rows, replace=False)].copy()
    rows["at"] += pd.to_timedelta(random.integers(1, 90, extra.rows), unit="min")
    rows["ordered_at"] = rows["at"].astype(object)
    for column, values in extra.cells.items():
        rows[column] = pd.Series(list(islice(cycle(values), extra.rows)), rows.index, dtype=object)
    own = pd.Series(None, rows.index, dtype=object)
    if extra.is_money:
        own = rows["own"].where(rows["amount"] != 0, Decimal("0.00"))
    return rows.assign(use=extra.use, own=own, net=None)


def _wholesale(orders: pd.DataFrame) -> pd.DataFrame:
    """Give the orders of the one wholesaler: one on the sixth day of every month."""
    times = pd.date_range(orders["at"].min().normalize(), orders["at"].max(), freq="MS")
    times = times + pd.Timedelta(days=5, hours=11)
    amounts = [Decimal(f"{300_000 + 7_000 * (37 * number % 60)}.00") for number in range(len(times))]
    template = orders.iloc[[0] * len(times)].reset_index(drop=True)
    return template.assign(
        ordered_at=times.astype(object), at=times, customer_id=WHOLESALER, person=WHOLESALER,
        email="opt@mail.example", phone="", amount=amounts, own=amounts, net=None, use="excluded_customer",
    )  # fmt: skip


def _refunds(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Pay some orders back, in full, in part and in two parts, and take it off their net amount.

    Orphans name an order that is not in the export.
    """
    is_early = rows["at"] < rows["at"].max() - pd.Timedelta(days=LONGEST_REFUND_DAYS + 1)
    is_plain = (rows["use"] == "used") & (rows["own"] == rows["amount"])
    sizes = [FULL_REFUNDS, PART_REFUNDS, SPLIT_REFUNDS, ORPHAN_REFUNDS]
    chosen = random.choice(rows.index[is_early & is_plain], sum(sizes), replace=False)
    full, part, split, orphans = np.split(chosen, np.cumsum(sizes)[:-1])
    repaid = [(position, rows.loc[position, "own"]) for position in (*full, *orphans)]
    repaid += [(position, _share(rows.loc[position, "own"], random)) for position in (*part, *split, *split)]
    table = rows.loc[[position for position, _ in repaid]].copy()
    table["own"] = [-amount for _, amount in repaid]
    is_orphan = table.index.isin(orphans)
    for position, amount in repaid:
        if position not in orphans:
            rows.loc[position, "net"] -= amount
    at = table["at"] + pd.to_timedelta(random.integers(1, LONGEST_REFUND_DAYS, len(table)), unit="D")
    table = table.assign(
        refund_of=np.where(is_orphan, "9" + table["order_id"].str[1:], table["order_id"]),
        at=at, ordered_at=at.astype(object), amount=table["own"], status="Проведён", net=None,
        comment="", use=np.where(is_orphan, "orphan_refund", "refund"),
    ).sort_values("at", kind="stable")  # fmt: skip
    return table.assign(order_id=[f"В-{number:04d}" for number in range(1, len(table) + 1)])


def _share(amount: Decimal, random: np.random.Generator) -> Decimal:
    """Give a tenth to four tenths of an amount, so that two of them are never the whole."""
    return (amount * int(random.integers(1, 5)) / 10).quantize(Decimal("0.01"))


def _exported_twice(rows: pd.DataFrame) -> pd.DataFrame:
    """Repeat the records of the days that two exports share, after the last one of the day."""
    day = rows["at"].map(lambda at: at.strftime("%Y-%m-%d"))
    blocks = [rows]
    for duplicated in DUPLICATED_DAYS:
        copies = rows[day == duplicated]
        copies = copies.assign(use=copies["use"].replace(COPIED), net=None)
        blocks.append(copies.set_index(np.full(len(copies), copies.index.max() + 0.5)))
    return pd.concat(blocks).sort_index(kind="stable").reset_index(drop=True)
