"""What an upgrade is worth: against sums written out, a claim that is often told, and in words."""

import re

import numpy as np
import pytest
from test_what_if import HALF_YEAR, base, by_hand

from retention_utils.findings.what_if_upgrade import upgrade_table, upgrade_worth
from retention_utils.formats import Formats
from retention_utils.what_if.upgrade import upgrade_values
from retention_utils.what_if.worth import saved_customer

SAY = Formats("en,ru,uk", "EUR")


def plain(text, language: str = "en") -> str:
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


def nine_in_ten(**more):
    """Nine in ten stay every month; each brings 60 in half a year."""
    counts = {"stayed": round(0.9**6 * 10**6), "active_before": 10**6, "survivors": 0, "survivors_stayed": 0}
    return base(stretch_days=HALF_YEAR, **counts, **more)


def test_an_upgrade_against_a_sum_written_out():
    per_month = 60 * 0.5 / (6 * (0.9**6 - 1) / np.log(0.9**6))
    got = upgrade_values(nine_in_ten(), share=0.2, margin=0.5, annual_discount_rate=0.1, years=[1, 3])
    for row, months in zip(got.itertuples(), (12, 36), strict=True):
        _, brought, _ = by_hand(
            monthly_share=0.9, per_month=per_month, points=0, months=months, rate=0.1, customers=1
        )
        assert row.value == pytest.approx(0.2 * brought, rel=1e-5)
        assert row.plain == pytest.approx(0.2 * per_month * months, rel=1e-5)
        assert row.active == pytest.approx(0.9**months, rel=1e-4)
        assert row.low < row.value < row.high < row.plain


def test_it_is_a_share_of_what_a_customer_brings():
    known, terms = base(), {"margin": 0.4, "annual_discount_rate": 0.1}
    year = upgrade_values(known, share=0.1, years=[1], **terms).iloc[0]
    saved = saved_customer(known, **terms)
    assert year[["value", "low", "high"]].tolist() == pytest.approx(
        [0.1 * saved.value, 0.1 * saved.low, 0.1 * saved.high]
    )
    assert upgrade_values(None, share=0.1, **terms).empty
    assert upgrade_values(known, share=0.0, **terms).empty


def test_the_sum_that_is_often_told_holds_only_where_nobody_leaves():
    # 100 more a year for 20 years, 2,000 in all: revenue, nobody leaves, no interest.
    terms = {"share": 0.1, "margin": 1.0, "annual_discount_rate": 0.0, "years": [20]}
    faithful = base(
        stretch_days=2 * HALF_YEAR, active_before=10**9, stayed=10**9 - 1, survivors=10**9,
        survivors_stayed=10**9 - 1, amount_per_customer=1000.0,
    )  # fmt: skip
    got = upgrade_values(faithful, **terms).iloc[0]
    assert (got["plain"], got["value"]) == pytest.approx((2000, 2000), rel=1e-6)
    # Where one in five leaves every year, it is 1 / -ln 0.8 years that are paid for, as good as.
    leaving = base(
        stretch_days=2 * HALF_YEAR, active_before=1000, stayed=800, survivors=1000, survivors_stayed=800,
        amount_per_customer=1000 * (1 - 0.8) / -np.log(0.8),
    )  # fmt: skip
    got = upgrade_values(leaving, **terms).iloc[0]
    assert got["plain"] == pytest.approx(2000)
    assert got["value"] == pytest.approx(100 * (1 - 0.8**20) / -np.log(0.8), rel=1e-3)


def test_the_upgrade_word_for_word():
    values = upgrade_values(nine_in_ten(), share=0.2, margin=0.5, annual_discount_rate=0.1)
    found = upgrade_worth(values, share=0.2, money="margin", formats=SAY)
    assert found.verdict == "with reservations"
    row = values.iloc[-1]
    assert plain(found.text) == (
        "A customer active today who from now on spends 20% more, for as long as customers stay, brings "
        f"€{row['value']:.2f} more margin in 5 years (95% interval €{row['low']:.2f}–{row['high']:.2f}). Reckoned "
        "as if nobody left and later money were worth as much as today’s, it would be "
        f"€{row['plain']:.2f}; but 0.2% of today’s customers are expected to be active then, if they go on leaving "
        "as they have. Winning such an upgrade pays if all that it costs is "
        f"less than €{row['value']:.2f} a customer."
    )
    assert "то за 5 лет он принесёт дополнительно " in plain(found.text, "ru")
    assert "то за 5 років він принесе додатково " in plain(found.text, "uk")
    revenue = upgrade_worth(values.head(1), share=0.2, money="revenue", formats=SAY)
    assert "more revenue in 1 year (" in plain(revenue.text)
    assert "former figure" not in str(revenue.text)
    assert "за 1 рік " in plain(revenue.text, "uk")
    assert "за 2 года " in plain(
        upgrade_worth(values.head(2), share=0.2, money="margin", formats=SAY).text, "ru"
    )
    table = upgrade_table(values, share=0.2, formats=SAY)
    assert [row[0] for row in table.rows] == [1, 2, 3, 5]
    assert upgrade_worth(values.head(0), share=0.2, money="margin", formats=SAY) is None
    assert upgrade_table(values.head(0), share=0.2, formats=SAY) is None
