"""How long contracts last: counted on paper, printed in papers, found again in simulated customers."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from statsmodels.duration.survfunc import SurvfuncRight
from test_subscriptions import contracts

from retention_utils.charts.contract_life import life_lines
from retention_utils.config import ContractSettings
from retention_utils.contract_survival.families import contract_families
from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.projection import NOTHING, contract_life
from retention_utils.contract_survival.residual import Modelled, still_to_come
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import contract_tenures, tenure_cells
from retention_utils.contract_use.due import next_due
from retention_utils.findings.contract_life import (
    billing_difference,
    contract_life_finding,
    life_title,
    to_come_finding,
    worth_table,
)
from retention_utils.formats import Formats
from retention_utils.subscriptions.spans import contract_spans
from retention_utils.texts import LANGUAGES

# Fader and Hardie (2007), table 1: of a thousand customers, those left after each year.
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
# Fader and Hardie (2010), case 1: five cohorts of ten thousand.
CASE_1 = [10000, 8000, 6480, 5307, 4391]


def cells(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["entered", "renewals", "has_ended", "contracts"])


def cohort(left: list[int], entered: int = 0) -> list[tuple]:
    """A cohort by those left after each renewal."""
    lost = [
        (entered, number, True, left[number] - left[number + 1]) for number in range(entered, len(left) - 1)
    ]
    return [*lost, (entered, len(left) - 1, False, left[-1])]


@pytest.mark.parametrize(
    ("left", "alpha", "beta", "likelihood", "later"),
    [
        (HIGH_END, 0.668, 3.806, -1611.16, [460.4, 435.8, 414.2, 395.1, 378.0]),
        (REGULAR, 0.704, 1.182, -1680.27, [220.1, 204.4, 191.2, 179.9, 170.0]),
    ],
)
def test_the_paper_of_2007(left, alpha, beta, likelihood, later):
    model = fit_shifted_beta(cells(cohort(left[:8])))
    assert (model.alpha, model.beta) == (pytest.approx(alpha, abs=5e-4), pytest.approx(beta, abs=5e-4))
    assert model.log_likelihood == pytest.approx(likelihood, abs=5e-3)
    assert model.survival(range(8, 13)) * 1000 == pytest.approx(later, abs=0.05)


def test_residual_payments_are_the_printed_ones():
    model = fit_shifted_beta(cells(cohort(HIGH_END[:8])))
    assert model.residual_payments(7, discount=0.1) == pytest.approx(7.530, abs=5e-4)
    assert fit_shifted_beta(cells(cohort(REGULAR[:8]))).residual_payments(7, discount=0.1) == pytest.approx(
        6.8423, abs=5e-5
    )
    # The same by adding up a long life year by year.
    years = np.arange(2000)
    assert (model.survival(years + 1, after=7) / 1.1**years).sum() == pytest.approx(
        model.residual_payments(7, discount=0.1), abs=1e-6
    )


def test_several_cohorts_of_2010():
    table = pd.concat([cells(cohort(CASE_1[:length])) for length in range(2, 6)])
    model = fit_shifted_beta(table)
    assert (model.alpha, model.beta) == (pytest.approx(3.80, abs=5e-3), pytest.approx(15.19, abs=5e-3))
    assert model.log_likelihood == pytest.approx(-40255.84, abs=5e-3)


def test_contracts_older_than_the_list_do_not_bend_the_model():
    # Of the High End those seen only from the third renewal on, as if the list began there.
    late = fit_shifted_beta(cells(cohort(HIGH_END, entered=0) + cohort(HIGH_END, entered=3)))
    early = fit_shifted_beta(cells(cohort(HIGH_END)))
    assert late.survival(12) == pytest.approx(early.survival(12), abs=0.01)
    naive = cells([(0, renewals, lost, count) for _, renewals, lost, count in cohort(HIGH_END, entered=3)])
    assert (
        fit_shifted_beta(pd.concat([cells(cohort(HIGH_END)), naive])).survival(1) > early.survival(1) + 0.02
    )


def test_the_likelihood_of_contracts_seen_late_is_conditional():
    model = fit_shifted_beta(cells(cohort(HIGH_END, entered=3)))
    alive = model.survival(range(13)) / model.survival(3)
    told = [(HIGH_END[k] - HIGH_END[k + 1]) * np.log(alive[k] - alive[k + 1]) for k in range(3, 12)] + [
        HIGH_END[12] * np.log(alive[12])
    ]
    assert model.log_likelihood == pytest.approx(sum(told), abs=1e-6)


def test_what_has_no_maximum_is_refused():
    assert fit_shifted_beta(cells([(0, 5, False, 100)])) is None
    # A constant chance of a half: nobody differs, so the parameters run off.
    assert fit_shifted_beta(cells(cohort([1024, 512, 256, 128, 64]))) is None
    assert fit_shifted_beta(cells([])) is None


def test_the_observed_curve_is_that_of_statsmodels():
    random = np.random.default_rng(3)
    entered = random.integers(0, 4, 400)
    reached = entered + 1 + random.integers(0, 8, 400)
    lost = random.uniform(size=400) < 0.6
    table = cells(zip(entered, reached - lost, lost, np.ones(400, int), strict=True))
    found = survival_curve(table).iloc[1:]
    known = SurvfuncRight(reached, lost, entry=entered)
    at = found.set_index("renewal").loc[known.surv_times]
    assert at["survival"].to_numpy() == pytest.approx(known.surv_prob)
    assert at["at_risk"].to_numpy() == pytest.approx(known.n_risk)
    limits = known.surv_prob_se / (known.surv_prob * np.abs(np.log(known.surv_prob)))
    assert at["low"].to_numpy() == pytest.approx(known.surv_prob ** np.exp(1.959964 * limits), rel=1e-5)


def test_the_curve_ends_where_too_few_are_left():
    found = survival_curve(cells([(0, 1, True, 5), (0, 2, False, 5), (0, 6, False, 2)]), min_at_risk=5)
    assert found["renewal"].tolist() == [0, 1, 2]
    assert found["survival"].tolist() == [1.0, 1.0, pytest.approx(7 / 12)]


def tenures(*rows: dict, history_start: str = "2024-01-01", as_of: str = "2024-06-30", every: str = "month"):
    spans = contract_spans(contracts(*rows), ContractSettings())
    days = {"history_start": pd.Timestamp(history_start), "as_of": pd.Timestamp(as_of)}
    found = contract_tenures(spans, billed_every=every, **days)
    return list(
        found[["customer_id", "entered", "renewals", "has_ended", "due"]].itertuples(index=False, name=None)
    )


def test_renewals_on_paper():
    rows = [
        {
            "customer_id": "ann",
            "start": "2024-01-10",
            "end": "2024-04-10",
        },  # paid three times, lost at the third
        {"customer_id": "bob", "start": "2024-03-31"},  # on 30 June the third is due
        {"customer_id": "cem", "start": "2023-10-15", "end": "2024-02-15"},  # seen from its third month on
        {"customer_id": "dee", "start": "2023-10-15", "end": "2024-01-01"},  # gone before
        {"customer_id": "eve", "start": "2024-06-20"},  # no renewal yet
        {"customer_id": "fay", "start": "2024-01-10", "end": "2024-03-10", "is_pause": True},
        {
            "customer_id": "fay",
            "start": "2024-05-10",
            "is_pause": False,
        },  # two months, and one since the pause
        {"customer_id": "gus", "start": "2024-01-10", "end": "2024-02-10"},
        {"customer_id": "gus", "start": "2024-04-10"},  # came back: a contract of its own
    ]
    assert tenures(*rows) == [
        ("ann", 0, 2, True, 5), ("bob", 0, 3, False, 3), ("cem", 2, 3, True, 8), ("eve", 0, 0, False, 0),
        ("fay", 0, 3, False, 5), ("gus", 0, 0, True, 5), ("gus", 0, 2, False, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("resumed", "as_of", "lives"),
    [
        (None, "2024-06-07", [(0, 2, False)]),  # paused for 89 days, of the 90 that a pause may last
        (None, "2024-06-08", [(0, 1, True)]),  # lost at the payment that was put off
        ("2024-06-05", "2024-06-30", [(0, 2, False)]),
        ("2024-06-09", "2024-06-30", [(0, 1, True), (0, 0, False)]),  # too late: begins anew
    ],
)
def test_a_pause_that_lasts_too_long_loses_the_contract(resumed, as_of, lives):
    rows = [{"start": "2024-01-10", "end": "2024-03-10", "is_pause": True}]
    rows += [{"start": resumed, "is_pause": False}] if resumed else []
    assert [life[1:4] for life in tenures(*rows, as_of=as_of)] == lives


def test_what_is_to_come_from_paused_contracts_is_told_apart():
    spans = contract_spans(
        contracts(
            {"customer_id": "ann", "start": "2024-01-10"},
            {
                "customer_id": "bob",
                "start": "2024-01-10",
                "end": "2024-06-10",
                "is_pause": True,
                "amount": 60.0,
            },
        ),
        ContractSettings(),
    )
    days = {"history_start": pd.Timestamp("2024-01-01"), "as_of": pd.Timestamp("2024-06-30")}
    found = contract_tenures(spans, billed_every="month", **days)
    assert found[["is_running", "is_paused"]].to_numpy().tolist() == [[True, False], [True, True]]
    assert next_due(spans, **days).to_dict() == {"ann": pd.Timestamp("2024-07-10")}
    model = ShiftedBeta(1.0, 9.0, 0.0, 2)
    told = still_to_come([Modelled(found, model, [model] * 2)], billed_every="month", discount=0.01)
    assert (told.contracts, told.paused, told.mrr, told.paused_mrr) == (2, 1, 160.0, 60.0)
    life = SimpleNamespace(to_come=told, billed_every="month", annual_discount_rate=0.1)
    said = to_come_finding(life, formats=Formats("en,ru,uk", currency="EUR")).text
    assert [
        said.in_language(language).replace("\u00a0", " ").split(". ", 3)[-1] for language in LANGUAGES
    ] == [
        "1 of these contracts is paused: the €60 a month that it brought before is in these sums as if it went "
        "on, and not in the monthly recurring revenue (MRR).",
        "1 из этих договоров приостановлен: 60 € в месяц, которые он приносил раньше, входят в эти суммы так, "
        "как будто он действует, а в ежемесячный регулярный доход (MRR) не входят.",
        "1 із цих договорів призупинено: 60 € на місяць, які він приносив раніше, входять у ці суми так, ніби "
        "він діє, а в щомісячний регулярний дохід (MRR) не входять.",
    ]


def test_a_payment_in_arrears_is_the_renewal_that_was_missed():
    assert tenures({"past_due_since": "2024-03-10"}) == [("ann", 0, 1, True, 5)]  # paid twice


def test_years_are_renewed_by_the_year():
    rows = [{"customer_id": "ann", "start": "2021-03-01", "billed_every": "year", "end": "2024-03-01"}]
    assert tenures(*rows, every="year") == [("ann", 2, 2, True, 3)]
    assert tenures(*rows, every="month") == []


def simulated(customers: int, seed: int) -> pd.DataFrame:
    """Contracts begun over two years by customers of a known population, as seen on the last day of 2025."""
    random = np.random.default_rng(seed)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 700, customers), unit="D")
    months = random.geometric(random.beta(1.0, 9.0, customers))
    end = pd.Series(
        [day + pd.DateOffset(months=int(length)) for day, length in zip(start, months, strict=True)]
    )
    return pd.DataFrame(
        {
            "customer_id": [str(number) for number in range(customers)],
            "start": start,
            "end": end.where(end <= pd.Timestamp("2025-12-31")),
            "amount": 30.0,
        }
    )


@pytest.fixture(scope="module")
def life():
    days = {"history_start": pd.Timestamp("2024-01-01"), "as_of": pd.Timestamp("2025-12-31")}
    spans = contract_spans(simulated(3000, seed=5), ContractSettings())
    how = {"billed_every": "month", "annual_discount_rate": 0.1, "min_customers": 20}
    return contract_life(spans, contract_families(spans, **days), **how, **days)


def test_a_known_population_is_found_again(life):
    truth = ShiftedBeta(1.0, 9.0, 0.0, 0)
    ahead = life.projected.set_index("renewal")
    for renewals in (6, 12, 24, 36):
        assert ahead.loc[renewals, "low"] < truth.survival(renewals) < ahead.loc[renewals, "high"], renewals
    seen = life.observed.set_index("renewal").loc[12]
    assert seen["low"] < truth.survival(12) < seen["high"]
    assert life.projected["renewal"].max() == 2 * life.observed["renewal"].max()


def test_the_model_is_tried_on_the_past(life):
    assert life.trial.is_passed
    assert life.trial.low < life.trial.actual < life.trial.high
    assert life.trial.contracts > 500


def test_what_is_still_to_come_grows_with_age(life):
    assert life.worth["age"].tolist() == [0, 3, 6, 12]
    assert life.worth["payments"].is_monotonic_increasing
    assert life.worth["contracts"].sum() == life.contracts - life.lost
    assert life.worth["money"].to_numpy() == pytest.approx(30 * life.worth["payments"].to_numpy())


def test_the_bootstrap_draws_contracts():
    table = tenure_cells(
        contract_tenures(
            contract_spans(simulated(800, seed=6), ContractSettings()), billed_every="month",
            history_start=pd.Timestamp("2024-01-01"), as_of=pd.Timestamp("2025-12-31"),
        )
    )  # fmt: skip
    model = fit_shifted_beta(table)
    drawn = [each.survival(12) for each in bootstrapped(table, model, draws=60, seed=2)]
    seen = survival_curve(table).set_index("renewal").loc[12]
    # A model with two parameters is surer than the bare curve, but not by orders.
    width = (seen["high"] - seen["low"]) / 3.92
    assert 0.3 * width < np.std(drawn) < 1.1 * width


def test_without_enough_losses_there_is_no_model():
    spans = contract_spans(simulated(60, seed=1), ContractSettings())
    days = {"history_start": pd.Timestamp("2024-01-01"), "as_of": pd.Timestamp("2025-12-31")}
    how = {"annual_discount_rate": 0.1, "min_customers": 5, **days}
    families = contract_families(spans, **days)
    found = contract_life(spans, families, billed_every="month", **how)
    assert ([each.refused for each in found.left_out], found.is_projected) == (["too few"], False)
    assert len(found.observed) > 1
    assert contract_life(spans, families, billed_every="year", **how) is None


def test_the_life_of_contracts_is_told_with_its_trial(life):
    formats = Formats("en,ru,uk", "EUR")
    said = contract_life_finding(life, formats=formats)
    assert (said.key, said.verdict) == ("contract_life_month", "yes")
    english, russian = str(said.text), said.text.in_language("ru").replace("\u00a0", " ")
    seen = life.observed.set_index("renewal").loc[12, "survival"]
    assert english.startswith(
        f"Of contracts paid by the month, {seen:.1%} live through 12 renewals (95% interval "
    )
    tried = (
        f"payments than were made by the {life.trial.contracts:,} contracts that ran then: "
        f"{life.trial.expected / life.trial.due:.1%} of the money due was expected, "
        f"{life.trial.actual / life.trial.due:.1%} came."
    )
    assert english.endswith(tried)
    share = formats.share(seen).in_language("ru").replace("\u00a0", " ")
    assert russian.startswith(f"Из договоров с оплатой за месяц {share} выдерживают 12 продлений (95%-й ")
    assert "витримають 24 продовження (" in said.text.in_language("uk").replace("\u00a0", " ")
    assert str(life_title(life, formats=formats)) == "How long contracts last that are paid by the month"
    table = worth_table([life], formats=formats)
    assert [row[1] for row in table.rows] == life.worth["age"].tolist()
    assert {row[0].in_language(language) for row in table.rows for language in ("ru", "uk")} == {
        "месяц",
        "місяць",
    }
    assert "discounted at 10% a year" in str(table.note)


def test_payment_by_the_year_is_held_against_payment_by_the_month(life):
    formats = Formats("en,ru,uk", "EUR")
    column = {"renewal": [0, 1], "at_risk": [0, 400], "lost": [0, 60], "survival": [1.0, 0.85]}
    seen = pd.DataFrame({**column, "low": [1.0, 0.81], "high": [1.0, 0.88]})
    yearly = replace(life, billed_every="year", observed=seen)
    said = billing_difference([life, yearly], formats=formats)
    assert said.verdict == "yes"
    assert str(said.text).startswith(
        "Of contracts paid by the year, 85.0% go on after the first year (95% interval "
    )
    assert "иного рода" in said.text.in_language("ru") and "іншого роду" in said.text.in_language("uk")
    alike = replace(yearly, observed=life.observed.iloc[[0, 12]].assign(renewal=[0, 1]))
    assert billing_difference([life, alike], formats=formats).verdict == "no clear change"
    assert billing_difference([life], formats=formats) is None
    quarters = {"renewal": [0, 4], "survival": [1.0, 0.8], "low": [1.0, 0.76], "high": [1.0, 0.84]}
    quarter = replace(life, billed_every="quarter", observed=pd.DataFrame(quarters))
    of_quarters = billing_difference([life, quarter], formats=formats)
    assert str(of_quarters.text).startswith(
        "Of contracts paid by the quarter, 80.0% go on after the first year (95%"
    )
    assert billing_difference([life, quarter, yearly], formats=formats) == said  # the longest there is


def test_a_model_that_missed_the_past_is_not_used(life):
    formats = Formats("en", "EUR")
    off = replace(life.trial, expected=60.0, low=55.0, high=65.0, actual=80.0, due=100.0)
    families = tuple(replace(family, trial=off, refused="missed") for family in life.families)
    missed = replace(life, trial=off, families=families, projected=NOTHING, worth=NOTHING)
    assert not missed.trial.is_passed
    said = contract_life_finding(missed, formats=formats)
    assert said.verdict == "no"
    assert str(said.text).endswith("That is too far off for the model to be used.")
    assert worth_table([missed], formats=formats) is None
    bare = replace(missed, trial=None, families=())
    assert "No model looks ahead" in str(contract_life_finding(bare, formats=formats).text)


def test_a_plan_that_nothing_is_expected_of_is_named(life):
    (used,) = life.families
    rare = replace(used, group=replace(used.group, plan="Rare"), model=None, trial=None, refused="untested")
    said = contract_life_finding(replace(life, families=(used, rare)), formats=Formats("en,ru,uk", "EUR"))
    assert said.verdict == "with reservations"
    assert str(said.text).endswith(
        f"Not in what is expected: “Rare”, paid by the month ({used.contracts:,} running contracts): too few "
        "contracts had ended a year ago for a test."
    )
    assert "В ожидаемое не входят: «Rare»" in said.text.in_language("ru")
    assert "До очікуваного не входять: «Rare»" in said.text.in_language("uk")


def test_the_lines_are_what_was_seen_and_what_is_expected(life):
    ax = Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    life_lines(life.observed, projected=life.projected, formats=Formats("en", "EUR").only("en"), ax=ax)
    expected, seen = (line.get_ydata().tolist() for line in ax.lines)
    assert (expected, seen) == (life.projected["survival"].tolist(), life.observed["survival"].tolist())
    ax = Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    life_lines(life.observed, projected=NOTHING, formats=Formats("en", "EUR").only("en"), ax=ax)
    assert len(ax.lines) == 1
