"""The playbook: its rules as data, which of them fire on what, and what the list says."""

import re
from dataclasses import replace
from datetime import date

import pytest
from matplotlib.figure import Figure
from pydantic import ValidationError

from retention_utils.charts.playbook import effect_ranges
from retention_utils.display import MIME
from retention_utils.findings.playbook import (
    action_of,
    actions,
    effects,
    lists_apart,
    rules_held_back,
    rules_unjudged,
)
from retention_utils.findings.playbook_effect import effect_told, hardly_paying_last
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import Playbook, read_playbook

EUR = Formats("en", "EUR")
SPACES = str.maketrans({"\u2060": None, "\xa0": " ", "\u202f": " "})


def finding(key, verdict="worse", text="Orders per customer fell by 12%."):
    return "finding", {"key": key, "verdict": verdict, "text": text, "is_headline": False}


def kpi(key, number, value=None):
    return "kpi", {"key": key, "number": number, "label": key, "value": value or str(number)}


def chapter(*items, name="07_early_warning"):
    return ShownItems(name, items)


def rule(name="P01", **more):
    given = {
        "id": name, "title": f"Do {name}", "tactics": ["Try."], "sources": ["S4"], "owner": "Sales",
        "effort": "low", "check": 90, **more,
    }  # fmt: skip
    if "needs" not in given:
        given = {"fires": [{"finding": "symptom", "verdicts": ["worse"]}], "when": "it fell", **given}
    return given


def playbook(*rules):
    return Playbook.model_validate({"sources": {"S4": "articles"}, "rule": list(rules)})


# --- the rules of the package ----------------------------------------------------------------------------------


def test_every_rule_of_the_sources_is_there_once():
    ids = [rule.id for rule in read_playbook().rule]
    assert sorted(name for name in ids if name[0] == "P") == [f"P{number:02d}" for number in range(1, 41)]
    assert len(set(ids)) == len(ids)


def test_rules_that_cannot_be_measured_say_what_they_need():
    rules = read_playbook().rule
    assert {rule.id for rule in rules if rule.fires} == {
        "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P10", "P11", "P12", "P13", "P14", "P18", "P19",
        "P20", "P21", "P22", "P23", "P26", "P28", "P31", "P32", "P33", "P36", "P38", "X01", "X02", "X07", "X08", "X09",
        "X10", "X11", "X12", "X13", "X14",
    }  # fmt: skip
    assert all(rule.needs for rule in rules if not rule.fires)


def test_the_rules_promise_nothing():
    words = " ".join(" ".join([rule.title, *rule.tactics]) for rule in read_playbook().rule).lower()
    assert not re.findall(r"\bguarantee|\bwill (increase|raise|double)|\d+ ?%", words)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fires": [], "when": ""}, "has conditions, also in words, or a need"),
        ({"needs": "reasons", "when": ""}, "has conditions, also in words"),
        ({"when": ""}, "also in words"),
        ({"sources": ["S9"]}, "sources are unknown: ['S9']"),
        ({"fires": [{"finding": "f", "verdicts": ["terrible"]}]}, "Input should be"),
        ({"fires": [{"kpi": "k", "at_least": 1.0}]}, "a condition is a finding with verdicts"),
        ({"fires": [{"kpi": "k", "evidence": "f", "at_least": 1.0, "at_most": 2.0}]}, "one limit"),
        ({"effort": "huge"}, "Input should be"),
        ({"stake": {"kpi": "k", "unit": "margin", "listed_in": "07_a/b"}}, "both or neither"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused(wrong, told):
    with pytest.raises(ValidationError, match=re.escape(told)):
        playbook({**rule(), **wrong})


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(ValidationError, match="ids repeat"):
        playbook(rule(), rule())


# --- which rules fire ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "group"),
    [("worse", "fired"), ("no clear change", "quiet"), ("better", "quiet"), ("not enough data", "unjudged")],
)
def test_a_finding_fires_only_with_its_verdict(verdict, group):
    judged = judge(playbook(rule()), [chapter(finding("symptom", verdict))], margin=1.0)
    assert [name for name in ("fired", "quiet", "unjudged") if getattr(judged, name)] == [group]


def test_no_rule_fires_without_the_sentence_that_says_why():
    by_figure = rule(fires=[{"kpi": "stake", "at_least": 1, "evidence": "told"}])
    silent = judge(playbook(by_figure), [chapter(kpi("stake", 9.0))], margin=1.0)
    assert (silent.fired, len(silent.unjudged)) == ((), 1)
    spoken = judge(
        playbook(by_figure), [chapter(kpi("stake", 9.0), finding("told", "no", "Nine."))], margin=1.0
    )
    assert [(fired.evidence, fired.chapter) for fired in spoken.fired] == [("Nine.", "07_early_warning")]


@pytest.mark.parametrize(
    ("limit", "number", "fires"),
    [("at_least", 1.0, True), ("at_least", 0.99, False), ("at_most", 1.0, True), ("at_most", 1.01, False)],
)
def test_the_limit_itself_counts(limit, number, fires):
    by_figure = rule(fires=[{"kpi": "stake", limit: 1, "evidence": "told"}])
    judged = judge(playbook(by_figure), [chapter(kpi("stake", number), finding("told"))], margin=1.0)
    assert bool(judged.fired) is fires
    assert bool(judged.quiet) is not fires


@pytest.mark.parametrize(
    ("verdict", "group"),
    [("yes", "fired"), ("with reservations", "held_back"), ("no", "quiet"), ("not enough data", "unjudged")],
)
def test_nobody_is_to_be_called_from_a_list_hardly_better_than_chance(verdict, group):
    shown = [chapter(kpi("fading_customers", 90), kpi("revenue_at_stake", 9.0), finding("fading", verdict))]
    judged = judge(read_playbook(), shown, margin=1.0)
    groups = ("fired", "held_back", "quiet", "unjudged")
    held = {name: [part.rule.id for part in getattr(judged, name)] for name in groups}
    assert "P08" in held[group]


def test_a_figure_that_is_not_known_is_not_zero():
    by_figure = rule(fires=[{"kpi": "stake", "at_most": 1, "evidence": "told"}])
    judged = judge(playbook(by_figure), [chapter(kpi("stake", None), finding("told"))], margin=1.0)
    assert [silent.needs for silent in judged.unjudged] == [
        "more data: its measure is missing or too uncertain"
    ]


@pytest.mark.parametrize("rule_id", ["P18", "P19", "P20", "P21", "X01", "X02"])
def test_a_reason_that_costs_less_than_usual_calls_for_no_measure(rule_id):
    one = next(rule for rule in read_playbook().rule if rule.id == rule_id)
    fires = [kpi("involuntary_share", 0.2), finding("involuntary_churn", "no clear change", "85 of 528.")]
    fires += [finding(condition.finding, "yes") for condition in one.fires if condition.finding]
    alone = judge(read_playbook(), [chapter(*fires)], margin=1.0)
    assert rule_id in [part.rule.id for part in alone.fired]
    (held,) = one.held
    below = finding(held.finding, "better", "Fewer than usual.")
    judged = judge(read_playbook(), [chapter(*fires, below)], margin=1.0)
    assert rule_id not in [part.rule.id for part in judged.fired]
    assert [(part.rule.id, part.evidence) for part in judged.held_back] == [(rule_id, "Fewer than usual.")]
    assert judged.known == len(judged.fired) + len(judged.quiet) + 1
    note = rules_held_back(judged, formats=EUR)
    assert note.text == f"{one.title}: Fewer than usual."
    assert rules_held_back(alone, formats=EUR) is None


@pytest.mark.parametrize("rule_id", ["P10", "P11"])
def test_measures_for_new_customers_are_held_back_where_there_are_hardly_any(rule_id):
    shown = [finding("newest_cohort"), finding("return_time"), kpi("repeat_rate", 0.29)]
    warned = ("callout", {"key": "newcomers", "tone": "warn", "text": "Only 2 customers are new."})
    alone, held = (judge(read_playbook(), [chapter(*shown, *more)], margin=1.0) for more in ((), (warned,)))
    assert rule_id in [part.rule.id for part in alone.fired]
    assert (rule_id, "Only 2 customers are new.") in [
        (part.rule.id, part.evidence) for part in held.held_back
    ]
    mild = ("callout", {"key": "newcomers", "tone": "info", "text": "All is well."})
    assert judge(read_playbook(), [chapter(*shown, mild)], margin=1.0).held_back == ()


def test_what_is_less_than_usual_silences_one_condition_and_not_the_rule():
    shown = [finding("customers_vanish", "no", "Many vanish."), finding("reasons_vanished", "no", "None.")]
    usual = finding("usual_payment", "better", "Failed payments cost less than is usual.")
    overdue = finding("overdue_now", "with reservations", "1 payment is overdue.")

    def why(*more):
        fired = judge(read_playbook(), [chapter(*shown, *more)], margin=1.0).fired
        return [str(part.evidence) for part in fired if part.rule.id == "P21"]

    assert why() == ["Many vanish."]
    assert why(usual) == []
    assert why(usual, overdue) == ["1 payment is overdue."]


def test_a_rule_for_another_business_is_not_judged():
    rules = playbook(rule(business="orders"), rule("P02", business="contracts"), rule("P03"))
    judged = judge(rules, [chapter(finding("symptom"))], margin=1.0, businesses=("contracts",))
    assert [part.rule.id for part in judged.fired] == ["P02", "P03"]
    assert [(part.rule.id, part.needs) for part in judged.unjudged] == [
        ("P01", "purchases, by customer (an order log)")
    ]


def test_no_tactic_needs_goods_of_a_kind_that_nobody_knows():
    # What may be said to a client of any trade; rules that know more of the business say so.
    for one in read_playbook().rule:
        words = " ".join(one.tactics).lower()
        if one.fires and not one.business:
            assert not re.search(r"parcel|checkout|cart\b|disconnect|second purchase|pause|renew", words), (
                one.id
            )
        if one.fires:
            assert not re.search(r"should be used up", words), one.id


@pytest.mark.parametrize(("amounts", "listed"), [((600.0, 398.0), 2), ((600.0, 300.0), 0)])
def test_a_list_of_other_money_is_not_said_to_be_that_of_the_action(amounts, listed):
    table = {"key": "names", "caption": "Who", "columns": [{"name": "id"}, {"name": "spent"}]}
    table["rows"] = [["a", amounts[0]], ["b", amounts[1]]]
    stake = {"kpi": "fading", "unit": "revenue", "listed_in": "07_early_warning/names", "sums": "spent"}
    shown = chapter(finding("symptom"), kpi("fading", 1000.0), ("table", table))
    (fired,) = judge(playbook(rule(stake=stake)), [shown], margin=1.0).fired
    assert fired.at_stake.listed == listed
    told = str(effect_told(fired, (0.05, 0.2), margin=1.0, formats=EUR)).replace("\u2060", "")
    # 5 to 20% of 1,000, for two.
    each = (
        " To contact one of the 2 on the list “Who” should cost less than the margin on €25 of revenue, or on "
        "€100 if the higher share is kept."
    )
    assert told.endswith(each if listed else "an assumption, not a forecast.")


def test_money_at_stake_comes_first_then_what_got_worse_then_little_effort():
    calm = {"fires": [{"finding": "steady", "verdicts": ["yes"]}]}
    revenue = {"kpi": "fading", "unit": "revenue"}
    margin = {"kpi": "lost", "unit": "margin"}
    rules = playbook(
        rule("P01", effort="high"),
        rule("P02", effort="low"),
        rule("P03", stake=revenue, effort="high"),
        rule("P04", stake=margin),
        rule("P05", **calm),
    )
    shown = [chapter(finding("symptom"), finding("steady", "yes"), kpi("fading", 1000.0), kpi("lost", 300.0))]
    judged = judge(rules, shown, margin=0.4)
    # 1,000 of revenue is 400 of margin, more than the 300.
    assert [(fired.rule.id, fired.margin_at_stake) for fired in judged.fired] == [
        ("P03", 400.0), ("P04", 300.0), ("P02", None), ("P01", None), ("P05", None),
    ]  # fmt: skip
    first = actions(
        judge(playbook(rule("P05", **calm), rule("P06", **calm)), shown, margin=0.4),
        most=2, period=EUR.period("1998-06"), formats=EUR,
    )  # fmt: skip
    assert str(first.text).startswith("Begin with “Do P05”: it takes the least effort.")


def test_what_was_measured_here_comes_before_what_is_assumed():
    rules = playbook(rule("P01", stake={"kpi": "lost", "unit": "margin"}), rule("X01", measured=True))
    judged = judge(rules, [chapter(finding("symptom"), kpi("lost", 300.0))], margin=1.0)
    assert [fired.rule.id for fired in judged.fired] == ["X01", "P01"]
    first = actions(judged, most=1, period=EUR.period("1998-06"), formats=EUR)
    assert str(first.text).startswith("Begin with “Do X01”: its effect has been measured here.")
    found = action(judged)
    assert (found.number, str(found.brief)) == (
        None,
        "“Do X01” has paid for itself here, measured against a control group drawn by lot.",
    )
    assert str(found.effect).startswith("measured, not assumed: what it brought last time")


@pytest.mark.parametrize("every", ["week", "month", "quarter", "half_year", "year"])
def test_a_plan_that_clearly_loses_more_has_a_measure(every):
    told = [chapter(finding(f"plan_loses_{every}", verdict)) for verdict in ("yes", "no clear change")]
    fired, quiet = (judge(read_playbook(), [each], margin=1.0) for each in told)
    assert [part.rule.id for part in fired.fired] == ["X13"]
    assert (quiet.fired, [part.rule.id for part in quiet.quiet]) == ((), ["X13"])


@pytest.mark.parametrize(("share", "at_stake"), [(0.3, 120.0), (None, None)])
def test_of_money_that_was_lost_in_part_only_that_part_is_at_stake(share, at_stake):
    rules = playbook(rule(stake={"kpi": "fading", "unit": "revenue", "times": "lost"}))
    judged = judge(
        rules, [chapter(finding("symptom"), kpi("fading", 1000.0), kpi("lost", share))], margin=0.4
    )
    (fired,) = judged.fired
    assert fired.margin_at_stake == (None if at_stake is None else pytest.approx(at_stake))


def test_an_empty_report_judges_nothing():
    judged = judge(read_playbook(), [], margin=1.0)
    assert (judged.fired, judged.quiet, len(judged.unjudged)) == ((), (), len(read_playbook().rule))


# --- what it says ----------------------------------------------------------------------------------------------


def judged_of(*rules, shown=(), margin=1.0):
    return judge(playbook(*rules), [chapter(finding("symptom"), *shown)], margin=margin)


@pytest.mark.parametrize(
    ("judged", "verdict", "text"),
    [
        (
            judge(playbook(rule(), rule("P02")), [], margin=1.0),
            "not enough data",
            "None of the 2 rules of the playbook could be judged: the figures they need are missing from this report "
            "or rest on too few data.",
        ),
        (
            judge(playbook(rule(), rule("P02")), [chapter(finding("symptom", "better"))], margin=1.0),
            "no",
            "Of 2 rules that could be judged for June 1998 (2 in the playbook), none calls for action.",
        ),
        (
            judged_of(rule(), rule("P02", needs="reasons")),
            "yes",
            "One measure is called for: “Do P01”. Of 1 rule that could be judged for June 1998 (2 in the playbook), no "
            "other calls for action.",
        ),
        (
            judged_of(rule(), rule("P02")),
            "yes",
            "Begin with “Do P01”: it answers what has got worse. Of 2 rules that could be judged for June 1998 (2 in "
            "the playbook), 2 call for action.",
        ),
        (
            judged_of(rule(), rule("P02"), rule("P03")),
            "yes",
            "Begin with “Do P01”: it answers what has got worse. Of 3 rules that could be judged for June 1998 (3 in "
            "the playbook), 3 call for action; the first 2 are described, all stand in the table.",
        ),
    ],
)
def test_the_headline(judged, verdict, text):
    found = actions(judged, most=2, period=EUR.period("1998-06"), formats=EUR)
    assert (found.key, found.verdict, found.text, found.is_headline) == ("actions", verdict, text, True)


def test_a_short_order_log_is_what_to_supply():
    judged = judge(playbook(rule(), rule("P02")), [], margin=1.0)
    formats = Formats("en,ru,uk", "EUR")
    found = actions(judged, most=7, period=formats.period("1998-06"), log_days=91, formats=formats)
    assert (found.verdict, str(found.text)) == (
        "not enough data",
        "Supply an order log of at least 365 days (now 91 days). Until then no measures can be advised: none of the 2 "
        "rules of the playbook can be judged.",
    )
    assert (
        found.text.in_language("uk")
        .translate(SPACES)
        .startswith(
            "Передайте журнал замовлень щонайменше за 365 днів (зараз 91 день). Доти радити заходи не можна"
        )
    )


def test_the_lists_are_told_apart_where_two_are_to_be_worked_through():
    assert lists_apart(["P31", "P05"], formats=EUR) is None
    told = str(lists_apart(["P31", "P08"], formats=EUR).text)
    assert "nobody is on both lists. The risk list is no third group: it ranks customers of both" in told


def test_what_hardly_pays_comes_after_all_else():
    stake = {"kpi": "fading", "unit": "revenue"}
    steady = {"fires": [{"finding": "steady", "verdicts": ["yes"]}]}
    rules = playbook(rule("P01", stake=stake, **steady), rule("P02", effort="high", **steady))
    shown = chapter(finding("steady", "yes"), kpi("fading", 400.0), kpi("mrr", 1667.0))
    judged = judge(rules, [shown], margin=1.0)
    assert [part.rule.id for part in judged.fired] == ["P01", "P02"]
    last = hardly_paying_last(judged, (0.05, 0.2))
    assert [part.rule.id for part in last.fired] == ["P02", "P01"]
    assert "what other measures may bring in money is hardly worth" in str(
        actions(last, most=3, period=EUR.period("1998-06"), formats=EUR).text
    )
    assert hardly_paying_last(judged, (0.05, 0.3)) == judged  # 120 is more than 0.4% of a year
    worse = replace(judged, fired=(replace(judged.fired[0], is_worse=True), judged.fired[1]))
    assert hardly_paying_last(worse, (0.05, 0.2)) == worse


@pytest.mark.parametrize(("month", "is_little"), [(1667.0, True), (1666.0, False), (None, False)])
def test_an_effect_that_hardly_pays_is_called_so(month, is_little):
    # 80 is 20% of 400; 0.4% of twelve times 1,667 is 80.02.
    shown = [kpi("fading", 400.0)] + ([kpi("mrr", month)] if month else [])
    found = action(judged_of(rule(stake={"kpi": "fading", "unit": "revenue"}), shown=shown))
    assert (
        "Even the higher sum is less than 0.4% of the recurring revenue of a year (€20k)" in str(found.effect)
    ) == is_little
    assert str(found.brief).replace("\u2060", "") == (
        "May bring only €20–80 of revenue a year, by assumption: do it only within the usual work."
        if is_little
        else "May bring €20–80 of revenue a year: an assumption, not a forecast."
    )


def test_the_headline_says_by_what_the_first_is_first():
    judged = judged_of(
        rule(), rule("P02", stake={"kpi": "fading", "unit": "revenue"}), shown=[kpi("fading", 9.0)]
    )
    found = actions(judged, most=7, period=EUR.period("1998-06"), formats=EUR)
    assert str(found.text).startswith("Begin with “Do P02”: it has the largest effect in money.")


def action(judged, *, margin=1.0, owners=None):
    return action_of(
        judged.fired[0], playbook=playbook(rule()), kept=(0.05, 0.2), margin=margin,
        period_end=date(1998, 6, 30), owners=owners or {}, formats=EUR,
    )  # fmt: skip


def test_an_action_with_money():
    judged = judged_of(
        rule(stake={"kpi": "fading", "unit": "revenue"}), shown=[kpi("fading", 1000.0)], margin=0.4
    )
    found = action(judged, margin=0.4)
    # 40 % of 1,000 is 400; 5 % of it 20, 20 % of it 80.
    plain = str(found.effect).replace("\u2060", "")
    assert plain == (
        "€20–80 of margin a year if 5–20% of €400 is kept or won back: an assumption, not a forecast. "
        "Reckoned from “fading” (1000.0); 40% of it is margin."
    )
    assert (found.number, found.check_on, found.owner) == (20.0, "28 September 1998", "Sales")
    assert (found.evidence, found.source) == ("Orders per customer fell by 12%.", "articles")


@pytest.mark.parametrize(("stake", "effect"), [(72_028.0, "€3.6k–14.4k"), (1_528_283.0, "€76.4k–306k")])
def test_an_effect_is_no_more_exact_than_its_assumption(stake, effect):
    judged = judged_of(rule(stake={"kpi": "fading", "unit": "revenue"}), shown=[kpi("fading", stake)])
    assert str(action(judged).effect).replace("\u2060", "").startswith(f"{effect} of revenue a year")


def test_an_effect_says_of_what_part_of_its_figure_it_is():
    stake = {"kpi": "fading", "unit": "revenue", "times": "lost"}
    # The share is the one its card prints, though 0.2585 would be rounded to 25.8%.
    shown = [kpi("fading", 1000.0), kpi("lost", 0.2585, "25.9%")]
    judged = judged_of(rule(stake=stake), shown=shown)
    assert str(action(judged).effect).replace("\u2060", "") == (
        "€13–52 of revenue a year if 5–20% of €258 is kept or won back: an assumption, not a "
        "forecast. Reckoned from 25.9% of “fading” (1000.0), the share of such money that was lost before."
    )
    by_head = judged_of(rule(stake={**stake, "share_of": "customers"}), shown=shown)
    assert str(action(by_head).effect).endswith("(1000.0), the share of such customers who left before.")


def test_an_action_without_money_gives_no_number():
    found = action(judged_of(rule()), owners={"P01": "Olena"})
    assert (found.number, found.brief, found.effect) == (
        None,
        "",
        "not known in money; look whether the figure that called for it has improved",
    )
    assert found.owner == "Olena"
    assert found.cost == "low: within the team's usual work"


def test_an_action_travels_as_data():
    bundle = action(judged_of(rule()))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", MIME.format(kind="action")}
    assert bundle[MIME.format(kind="action")]["key"] == "P01"


def test_without_a_margin_revenue_is_spoken_of():
    judged = judged_of(rule(stake={"kpi": "fading", "unit": "revenue"}), shown=[kpi("fading", 1000.0)])
    assert "€50\u2060–\u2060200 of revenue a year" in action(judged).effect


def test_the_effects_are_drawn_as_they_are_listed():
    rules = (rule(stake={"kpi": "fading", "unit": "revenue"}), rule("P02"), rule("X14", measured=True))
    table = effects(judged_of(*rules, shown=[kpi("fading", 1000.0)]), kept=(0.05, 0.2), most=7, formats=EUR)
    assert table["title"].tolist() == ["Do X14", "Do P01", "Do P02"]
    assert table["low"].tolist()[1] == 50.0
    assert table["low"].isna().tolist() == [True, False, True]
    table = table.assign(title=table["title"].map(str), effort=table["effort"].map(str))
    ax = effect_ranges(table, formats=EUR, ax=Figure().add_axes((0.1, 0.1, 0.8, 0.8)))
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [(50.0, 150.0)]
    words = [text.get_text().replace("\u2060", "") for text in ax.texts]
    assert words == [
        "1. Do X14 · effort low", "measured: it has paid for itself", "2. Do P01 · effort low", "€50–200",
        "3. Do P02 · effort low", "not known in money",
    ]  # fmt: skip


def test_the_list_is_cut_at_the_most():
    table = effects(judged_of(rule(), rule("P02"), rule("P03")), kept=(0.05, 0.2), most=2, formats=EUR)
    assert table["title"].tolist() == ["Do P01", "Do P02"]


def test_rules_that_could_not_be_judged_are_listed_with_what_they_need():
    judged = judged_of(rule("P02", needs="the reasons why customers left (reasons)"))
    assert rules_unjudged(judged.unjudged, formats=EUR).to_numpy().tolist() == [
        ["P02", "Do P02", "the reasons why customers left (reasons)"]
    ]


@pytest.mark.parametrize(
    ("known", "rules", "russian", "ukrainian"),
    [
        (2, 2, "2 правила", "2 правила"),
        (5, 5, "5 правил", "5 правил"),
        (11, 11, "11 правил", "11 правил"),
        (21, 22, "21 правило", "21 правило"),
    ],
)
def test_the_headline_in_russian_and_ukrainian(known, rules, russian, ukrainian):
    needy = [rule(f"X{number:02d}", needs="reasons") for number in range(known, rules)]
    judged = judged_of(*[rule(f"P{number:02d}") for number in range(known)], *needy)
    formats = Formats("en,ru,uk", "EUR")
    text = actions(judged, most=known - 1, period=formats.period("1998-06"), formats=formats).text
    shown = {
        2: ("описано только первое, в таблице — все", "описано лише перше, у таблиці — усі"),
        5: ("описаны первые 4, в таблице — все", "описано перші 4, у таблиці — усі"),
    }
    ru, uk = shown.get(
        known, (f"описаны первые {known - 1}, в таблице — все", f"описано перші {known - 1}, у таблиці — усі")
    )
    need = "требует" if known == 21 else "требуют"
    assert text.in_language("ru").translate(SPACES) == (
        "Начните с меры «Do P00»: она отвечает на то, что ухудшилось. "
        f"За июнь 1998 г. удалось проверить {russian} (всего в сборнике {rules}); действий {need} {known}; {ru}."
    )
    assert text.in_language("uk").translate(SPACES) == (
        "Почніть із заходу «Do P00»: він відповідає на те, що погіршилося. "
        f"За червень 1998 р. вдалося перевірити {ukrainian} (усього у збірнику {rules}); дій потребують {known}; {uk}."
    )


def test_one_rule_that_fired_in_russian_and_ukrainian():
    judged = judged_of(rule("P00"), rule("X00", needs="reasons"))
    formats = Formats("en,ru,uk", "EUR")
    text = actions(judged, most=7, period=formats.period("1998-06"), formats=formats).text
    assert [text.in_language(language).translate(SPACES) for language in ("ru", "uk")] == [
        "Нужна одна мера: «Do P00». За июнь 1998 г. удалось проверить 1 правило (всего в сборнике 2); других действий "
        "не требуется.",
        "Потрібен один захід: «Do P00». За червень 1998 р. вдалося перевірити 1 правило (усього у збірнику 2); інших "
        "дій не треба.",
    ]


def test_an_action_in_russian_but_for_the_name_of_who_acts():
    shown = [
        chapter(finding("fading", "yes"), kpi("revenue_at_stake", 1000.0), kpi("lost_share", 1.0, "100,0 %"))
    ]
    fired = next(part for part in judge(read_playbook(), shown, margin=1.0).fired if part.rule.id == "P08")
    found = action_of(
        fired, playbook=read_playbook(), kept=(0.05, 0.2), margin=1.0, period_end=date(1998, 6, 30),
        owners={"P08": "Olena"}, formats=Formats("ru", "EUR"),
    )  # fmt: skip
    assert (found.title, found.owner) == ("Позвоните тем, кто не покупает дольше обычного", "Olena")
    assert (
        found.tactics[0]
        == "Идите по списку тех, кто не покупает дольше обычного, сверху вниз; сначала спросите, потом предлагайте."
    )
    assert found.source == "статьи об управлении оттоком, на украинском"
    assert str(found.effect).translate(SPACES) == (
        "50–200 € выручки в год, если удержать или вернуть 5–20 % от 1 000 €: это допущение, а не "
        "прогноз. Расчёт. revenue_at_stake — 1000.0; взято 100,0 %: такую долю подобных денег теряли прежде."
    )
