"""What is said of falling use, word for word, in three languages and for every state of the data."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from test_contract_passport import contracts

from retention_utils.charts.contract_use import left_by_change, use_course
from retention_utils.config import ContractSettings
from retention_utils.contract_use.account import contract_use
from retention_utils.contract_use.level import UseLevel, UseLevels
from retention_utils.contract_use.lists import listed_customers, use_at_renewal, use_by_plan
from retention_utils.contract_use.signs import UseRules
from retention_utils.findings import contract_use as says
from retention_utils.findings import contract_use_kpis as kpis
from retention_utils.findings import contract_use_tables as tables
from retention_utils.findings.contract_use_level import use_of_all
from retention_utils.formats import Formats
from retention_utils.subscriptions.spans import contract_spans

SAY = Formats("en,ru,uk", "EUR")
MONTHS = [f"2025-{month:02d}" for month in range(4, 13)]
REACH = {"as_of": pd.Timestamp("2025-12-31").date(), "history_start": pd.Timestamp("2025-01-01").date()}
CUSTOMERS, FALLING, UNUSED, LEAVERS = 400, 9, 3, 60


def plain(text, language="en"):
    return text.in_language(language).translate({0xA0: " ", 0x202F: " ", 0x2060: ""})


@pytest.fixture(scope="module")
def client():
    """Everyone comes ten times a month; the last 60 leave from August on, after a month of one visit.

    Nine of those who are there come once in December, three never come.
    """
    rows, counts = [], []
    for number in range(CUSTOMERS + LEAVERS):
        name, month = f"c{number:03d}", 8 + number % 4 if number >= CUSTOMERS else 99
        end = f"2025-{month:02d}-20" if month < 99 else None
        rows.append({"customer_id": name, "start": "2025-01-20", "end": end, "amount": 50.0})
        if number < UNUSED:
            continue
        for place, period in enumerate(MONTHS, start=4):
            is_slow = place == month - 1 or (place == 12 and number < UNUSED + FALLING)
            if place < month:
                counts.append((name, period, 1.0 if is_slow else 10.0))
    spans = contract_spans(contracts(*rows), ContractSettings())
    activity = pd.DataFrame(counts, columns=["customer_id", "period", "units"])
    return spans, activity


@pytest.fixture(scope="module")
def use(client):
    spans, activity = client
    return contract_use(activity, spans, rules=UseRules(covers_everyone=True), **REACH)


def test_the_account_on_paper(use):
    assert use.signs["status"].value_counts().to_dict() == {"steady": 388, "falling": 9, "unused": 3}
    assert use.by_day["falling"].sum() == use.by_day["falling_left"].sum() == LEAVERS
    falling = use.falling
    assert (falling["tested_flagged"], falling["hits"], falling["others"], falling["recall"]) == (
        60,
        60,
        0,
        1,
    )
    first, then = listed_customers(use)
    assert first["customer_id"].tolist() == [f"c{number:03d}" for number in range(UNUSED, UNUSED + FALLING)]
    assert first["due_day"].dt.strftime("%m-%d").unique().tolist() == ["01-20"]
    # No use at all could not be tried on the past, so such customers are listed, too.
    assert then["customer_id"].tolist() == [f"c{number:03d}" for number in range(UNUSED)]
    (band,) = use_at_renewal(use).to_dict("records")
    assert (band["band"], band["falling"], band["falling_mrr"], band["unused"]) == ("month", 9, 450.0, 3)
    (plan,) = use_by_plan(use).to_dict("records")
    assert (plan["judged"], plan["falling"], plan["falling_mrr"]) == (397, 9, 450.0)
    assert plan["normal"] == pytest.approx(300 / 31)
    assert plan["moved"] == pytest.approx(-0.03, abs=0.02)
    # Where nobody can be judged, how use has moved tells nothing, and may be a fall of next to nothing.
    unjudged = replace(use, signs=use.signs.assign(status="unclear"))
    assert use_by_plan(unjudged)["moved"].isna().all()


def test_the_sentences(use):
    said = says.use_warning(use, formats=SAY)
    assert (said.verdict, said.is_headline) == ("yes", True)
    assert plain(said.text) == (
        "9 customers under contract used at least 50% less in the last month than expected (2.3% of the 397 whose use can "
        "be judged, 95% interval 1.2–4.3%). They pay €450 a month. Before, 100.0% of such "
        "customers whose contract came up left in the month after, of the others 0.0%."
    )
    tested = plain(says.falling_tested(use, formats=SAY).text)
    assert tested.startswith(
        "Of customers whose use had fallen, 100.0% left within a month, of the others 0.0%: a difference of +100.0 points ("
    )
    assert (
        f"Tried on {use.falling['days']} days of the past, each a month before the next, where a contract came up "
        "within the month: 60 cases of fallen use and "
    ) in tested
    assert tested.endswith("whom a call would keep, it does not tell.")
    due = says.use_at_end(use, formats=SAY)
    assert plain(due.text) == (
        "Of 9 customers whose use falls, 9 come up for renewal or payment up to 31 January 2026: €5,400 of "
        "revenue a year. Before that day they can still be spoken to."
    )
    unused = says.unused_finding(use, formats=SAY)
    assert plain(unused.text).startswith(
        "3 customers pay and have used nothing in the last four months, of 400 customers whose use is recorded: "
        "€150 a month."
    )
    numbers = [
        kpi(use, formats=SAY).number
        for kpi in (
            kpis.falling_kpi,
            kpis.falling_stake_kpi,
            kpis.falling_left_kpi,
            kpis.falling_lost_kpi,
            kpis.unused_kpi,
        )
    ]
    assert numbers == [9, 5400.0, 1.0, 1.0, 3]
    note = tables.status_table(use, formats=SAY).note
    assert plain(note) == (
        "Use is recorded from 1 April 2025 to 31 December 2025; no row lies on no day under contract, and no "
        "customer with use never paid for one."
    )


def test_the_list_is_whole_and_hidden_where_ids_are(use):
    shown = tables.listed_table(use, is_hashed=False, formats=SAY)
    hidden = tables.listed_table(use, is_hashed=True, formats=SAY)
    assert [row[0] for row in shown.rows] == [f"c{number:03d}" for number in range(UNUSED, UNUSED + FALLING)]
    # What the playbook takes to be at stake is what those on the list pay in a year, and nobody else.
    assert sum(row[3] for row in shown.rows) == kpis.falling_stake_kpi(use, formats=SAY).number
    assert all(len(row[0]) == 12 for row in hidden.rows)
    assert [row[1:] for row in shown.rows] == [row[1:] for row in hidden.rows]
    assert len(tables.then_table(use, is_hashed=False, formats=SAY).rows) == UNUSED


def test_too_little_is_its_own_verdict(client):
    spans, activity = client
    rules = UseRules(covers_everyone=True)
    assert contract_use(None, spans, rules=rules, **REACH) is None
    assert contract_use(activity.head(0), spans, rules=rules, **REACH) is None
    assert says.without_activity(formats=SAY).tone == "supply"
    old = contract_use(activity[activity["period"] < "2025-11"], spans, rules=rules, **REACH)
    said = says.use_warning(old, formats=SAY)
    assert (said.verdict, plain(said.text)) == (
        "not enough data",
        "Whose use falls cannot be said: use is recorded only up to 31 October 2025.",
    )
    assert says.use_at_end(old, formats=SAY) is None and says.unused_finding(old, formats=SAY) is None
    assert (
        kpis.falling_stake_kpi(old, formats=SAY) is None and tables.at_renewal_table(old, formats=SAY) is None
    )
    # Three months of record judge nobody; four judge today, but no day of the past.
    short = contract_use(activity[activity["period"] > "2025-10"], spans, rules=rules, **REACH)
    assert plain(says.use_warning(short, formats=SAY).text).startswith(
        "Whose use falls cannot be said yet: it can be judged for 0 of 400 customers under contract;"
    )
    assert kpis.falling_kpi(short, formats=SAY).number is None
    four = contract_use(activity[activity["period"] > "2025-08"], spans, rules=rules, **REACH)
    tested = says.falling_tested(four, formats=SAY)
    assert (tested.verdict, says.use_warning(four, formats=SAY).verdict) == ("not enough data",) * 2
    assert kpis.falling_left_kpi(four, formats=SAY).verdict == "not enough data"
    assert kpis.falling_lost_kpi(four, formats=SAY) is None


def with_counts(use, **changes):
    trial = use.trial.copy()
    for name, value in changes.items():
        trial.loc[trial["fall"] == use.rules.fall_share, name] = value
    return replace(use, trial=trial)


def test_a_sign_no_better_than_chance_lists_nobody(use):
    doubtful = with_counts(use, verdict="no")
    assert plain(says.use_warning(doubtful, formats=SAY).text).endswith(
        "But such customers did not clearly leave more often before: 100.0% in the month after, of the others 0.0%."
    )
    assert plain(says.falling_tested(doubtful, formats=SAY).text).endswith(
        "That is no more than chance would bring, so the list is not worth working through."
    )
    assert tables.listed_table(doubtful, is_hashed=False, formats=SAY) is None
    assert listed_customers(doubtful)[1]["status"].unique().tolist() == ["unused"]


@pytest.mark.parametrize(("number", "ru", "uk"), [
    (1, ": 1 случай падения", ": 1 випадок падіння"), (2, ": 2 случая падения", ": 2 випадки падіння"),
    (5, ": 5 случаев", ": 5 випадків"), (11, ": 11 случаев", ": 11 випадків"), (21, ": 21 случай", ": 21 випадок"),
])  # fmt: skip
def test_cases_are_counted_in_words_that_agree(use, number, ru, uk):
    said = says.falling_tested(with_counts(use, tested_flagged=number), formats=SAY).text
    assert ru in plain(said, "ru") and uk in plain(said, "uk")


@pytest.mark.parametrize(("number", "ru", "uk"), [
    (0, "Ни один клиент с договором не пользовался в последний", "Жоден клієнт з договором не користувався останнього"),
    (1, "1 клиент с договором пользовался в последний", "1 клієнт з договором користувався останнього"),
    (2, "2 клиента с договором пользовались", "2 клієнти з договором користувалися"),
    (5, "5 клиентов с договором пользовались", "5 клієнтів з договором користувалися"),
])  # fmt: skip
def test_those_who_fall_are_counted_too(use, number, ru, uk):
    signs = use.signs.copy()
    falling = signs.index[signs["status"] == "falling"]
    signs.loc[falling[number:], "status"] = "steady"
    said = says.use_warning(replace(use, signs=signs), formats=SAY)
    assert ru in plain(said.text, "ru") and uk in plain(said.text, "uk")
    assert said.verdict == ("yes" if number else "no")


def test_the_charts_draw_what_was_found(use):
    ax = Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    use_course(use.course, formats=SAY.only("en"), ax=ax)
    left, stayed = (line.get_ydata() for line in ax.lines[:2])
    assert left[-1] < 0.2 and stayed == pytest.approx([1, 1, 1, 1], abs=0.05)
    ax = Drawing(figsize=(11, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    bands = use.bands[use.bands["share"].notna()]
    left_by_change(bands, formats=SAY.only("en"), ax=ax)
    assert [bar.get_width() for bar in ax.patches] == [1.0, 0.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["down by 75% or more", "within 25%"]
    assert np.isfinite(use.course["use"]).all()


def test_on_phones_bands_are_named_by_signs(use):
    ax = Drawing(figsize=(4, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    left_by_change(use.bands[use.bands["share"].notna()], formats=SAY.only("en"), ax=ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["≤ −75%", "−25% to 25%"]


NOW, THEN = UseLevel(1290, -0.179, -0.2, -0.156), UseLevel(1049, -0.184, -0.209, -0.158)
SINCE = pd.Timestamp("2024-10-01")


def test_a_fall_of_all_is_held_against_the_year_before(use):
    def said(**changes):
        return use_of_all(replace(use, levels=UseLevels(NOW, SINCE, **changes)), formats=SAY)

    alike = said(months=2, this_year=NOW, year_before=THEN)
    assert alike.verdict == "no clear change"
    # √(2.1² + 2.6²) is 3.3 below and √(2.3² + 2.5²) is 3.4 above.
    assert plain(alike.text) == (
        "All customers together used 17.9% less in the last month than in the three before it (change: 95% interval "
        "−20.0% to −15.6%; n = 1,290). What is expected of each of them moves with it, so nobody is listed for what "
        "all do. Against the 2 months before it that are recorded in both years, the change was −17.9% now and "
        "−18.4% a year earlier: a difference of +0.5 points (95% interval −2.8 to +3.9 points). So it may be the "
        "season; one earlier year is little to know a season by."
    )
    assert "По сравнению с 2 предыдущими месяцами, записанными в оба года, изменение теперь −17,9 %" in plain(
        alike.text, "ru"
    )
    assert "Тож причиною може бути сезон" in plain(alike.text, "uk")
    more = said(months=3, this_year=NOW, year_before=UseLevel(1049, -0.05, -0.07, -0.03))
    assert (more.verdict, "So use fell by more than it did then;" in plain(more.text)) == ("worse", True)
    alone = said()
    assert alone.verdict == "not enough data"
    assert plain(alone.text).endswith(
        "use is recorded from 1 October 2024 on, so the same months of a year earlier are not known."
    )
    assert plain(alone.text, "ru").endswith(
        "учёт ведётся с 1 октября 2024 г., поэтому те же месяцы годом раньше неизвестны."
    )
    assert use_of_all(replace(use, levels=UseLevels(None, SINCE)), formats=SAY) is None
