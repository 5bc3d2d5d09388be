"""What is said of campaigns, word for word in three languages, and what is drawn."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing

from retention_utils.campaigns.balance import Balance
from retention_utils.campaigns.evidence import Checks
from retention_utils.campaigns.money import CampaignMoney, MeanDifference, Saved
from retention_utils.campaigns.readout import Readout
from retention_utils.campaigns.uplift import kept_of_leavers, uplift
from retention_utils.charts.campaign import balance_dots, saved_lines, uplift_rows
from retention_utils.findings.campaign import campaign_finding, missing_campaigns, uplift_alt
from retention_utils.findings.campaign_compared import (
    balance_rows,
    balance_table,
    group_rows,
    groups_table,
    money_table,
)
from retention_utils.findings.campaign_groups import campaign_groups, persuadable
from retention_utils.findings.campaign_kept import measured_again, measured_kept
from retention_utils.findings.campaign_money import (
    campaign_money,
    kept_kpi,
    last_kpi,
    net_kpi,
    saved_alt,
    uplift_kpi,
)
from retention_utils.findings.campaign_tables import (
    arms_table,
    campaign_rows,
    campaigns_table,
    needed_table,
    relative_table,
)
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook

SAY = Formats("en,ru,uk", "EUR")
WEEKS = pd.DataFrame(
    {"week": range(3), "net": [-50.0, -10, 70], "low": [-50.0, -40, 10], "high": [-50.0, 20, 130]}
)
SAVED = Saved(WEEKS, 50.0, 2, 2)
GROUPS = pd.DataFrame(
    {
        "risk": [0, 2], "customers": [80, 80], "control_share": [0.5, 0.9], "treated_share": [0.7, 0.92],
        "difference": [0.2, 0.02], "low": [0.05, -0.1], "high": [0.35, 0.14],
    }
)  # fmt: skip
TRAITS = pd.DataFrame(
    {
        "trait": ["tenure_months", "plan", "revenue_before"], "plan": ["", "<b>", ""],
        "treatment": [12.0, 0.25, 30.5], "control": [11.0, 0.3, 31.0], "difference": [0.05, -0.3, 0.01],
    }
)  # fmt: skip
ALIKE = Balance(TRAITS, 0.4, is_balanced=True)


def plain(text, language: str = "en") -> str:
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


def compared(treated: tuple[int, int], controls: tuple[int, int]):
    arms = [
        (stayed, every, is_treated) for (stayed, every), is_treated in ((treated, True), (controls, False))
    ]
    stays = [place < stayed for stayed, every, _ in arms for place in range(every)]
    return uplift(stays, [is_treated for _, every, is_treated in arms for _ in range(every)])


def readout(*, balance=ALIKE, ratio_p=0.9, lost_p=0.5, saved=SAVED, **changes) -> Readout:
    account = pd.DataFrame(
        {
            "arm": ["treatment", "control"], "drawn": [102, 100], "both arms": [1, 0], "not a customer": [1, 0],
            "too recent": [0, 0], "judged": [100, 100], "retained": [95, 80], "elsewhere": [0, 3],
            "cost": [50.0, np.nan],
        }
    )  # fmt: skip
    money = CampaignMoney(
        MeanDifference(12, 10, 1.5, 0.5, 2.5, 0.4), MeanDifference(12, 10, 2, -1, 5, 0), saved
    )
    told = Readout(
        campaign="Call", source="contracts", evidence="random", horizon_days=90, first_day=date(2024, 3, 1),
        last_day=date(2024, 3, 1), judged_on=date(2024, 5, 30), account=account,
        checks=Checks(balance, 0.5, ratio_p, lost_p), uplift=compared((95, 100), (80, 100)),
        money=money if saved else None, groups=GROUPS, groups_p=0.2,
    )  # fmt: skip
    return replace(told, **changes)


def said(told: Readout, *, place: int = 0):
    return campaign_finding(told, place=place, min_customers=20, formats=SAY)


def test_a_fair_comparison_is_an_effect():
    found = said(readout())
    assert (found.key, found.verdict, found.is_headline) == ("campaign_uplift", "yes", True)
    assert plain(found.text) == (
        "The campaign “Call” has kept about 15 customers who would have left (95% interval 6–24). "
        "“Call”, 1 March 2024: of 100 treated customers, 95.0% were under contract after 90 days; of 100 "
        "customers in the control group, 80.0%: a difference of +15.0 points (95% interval +5.9 to +24.3 "
        "points). Nothing speaks against groups drawn by lot, so that is the effect of the campaign."
    )
    assert plain(found.text, "ru").startswith(
        "Кампания «Call» удержала примерно 15 клиентов из тех, кто ушёл бы (95%-й интервал 6–24). "
        "«Call», 1 марта 2024 г.: из 100 участников кампании через 90 дней договор был у 95,0 %, из 100 "
        "клиентов контрольной группы — 80,0 %: разница +15,0 п. п. (95%-й интервал от +5,9 до +24,3 п. п.)."
    )
    assert plain(found.text, "uk").startswith(
        "Кампанія «Call» втримала приблизно 15 клієнтів з тих, хто пішов би (95%-й інтервал 6–24). «Call», "
    )
    assert plain(found.text, "uk").endswith("групи складено не за жеребом; отже, це дія кампанії.")
    other = said(readout(), place=2)
    assert (other.key, other.is_headline) == ("campaign_2", False)


@pytest.mark.parametrize(
    ("number", "ru", "uk"),
    [
        (1, "из 1 участника кампании через 1 день заказ сделали", "із 1 клієнта контрольної групи"),
        (2, "из 2 участников кампании через 2 дня заказ сделали", "через 2 дні замовлення зробили"),
        (5, "из 5 участников кампании через 5 дней", "через 5 днів замовлення зробили"),
        (11, "из 11 клиентов контрольной группы", "із 11 клієнтів контрольної групи"),
        (21, "через 21 день заказ сделали", "із 21 учасника кампанії через 21 день"),
    ],
)
def test_numbers_agree_with_their_words(number, ru, uk):
    told = readout(source="orders", horizon_days=number, uplift=compared((1, number), (0, number)))
    assert ru in plain(said(told).text, "ru")
    assert uk in plain(said(told).text, "uk")


def test_chance_and_harm_are_told_apart():
    unclear = said(readout(uplift=compared((85, 100), (80, 100))))
    assert unclear.verdict == "no clear change"
    assert plain(unclear.text).endswith(
        "Chance alone can make such a difference. With so many customers an effect of +15.8 points would have "
        "been seen in four of five cases, a smaller one more rarely."
    )
    harm = said(readout(uplift=compared((70, 100), (90, 100))))
    assert harm.verdict == "no"
    assert str(harm.text).startswith(
        "Because of the campaign “Call” fewer stayed than would have without it."
    )


def test_without_a_fair_control_nothing_is_called_an_effect():
    unlike = said(
        readout(
            evidence="unlike", balance=Balance(TRAITS, 1e-5, is_balanced=False), ratio_p=1e-6, lost_p=1e-4
        )
    )
    assert unlike.verdict == "with reservations"
    assert plain(unlike.text).endswith(
        "The two groups were unlike each other before it began. The groups have other sizes than planned (50% "
        "were to be treated). One group holds more people than the other who had been no customers. So the "
        "difference may come from who was chosen and not from the campaign; it is only described."
    )
    assert "The groups have" not in str(said(readout(evidence="unlike", lost_p=1e-4)).text)
    alone = said(readout(evidence="no control"))
    assert "of 100 customers not in the campaign, 80.0%" in plain(alone.text)
    assert plain(alone.text, "uk").endswith(
        "Що ті самі клієнти зробили б без кампанії, невідомо, тому це не її ефект."
    )
    assert str(alone.text).startswith(
        "Whether “Call” kept anybody cannot be said: there was no control group."
    )
    of_orders = said(readout(evidence="no control", source="orders", uplift=compared((95, 100), (0, 0))))
    assert "of 100 treated customers, 95.0% had ordered after 90 days (95% interval" in plain(of_orders.text)
    for told in (readout(evidence="unlike"), readout(evidence="no control", saved=None)):
        assert uplift_kpi(told, formats=SAY) is kept_kpi(told, formats=SAY) is None


def test_what_cannot_be_judged_says_why_and_from_when_on():
    told = readout(uplift=None, evidence="too recent", first_day=date(2024, 4, 1), last_day=date(2024, 4, 8))
    assert said(told).verdict == "not enough data"
    assert plain(said(told).text) == (
        "“Call” began on 1 April 2024 and is too recent to be judged: 90 days will have passed for everybody "
        "on 30 May 2024."
    )
    assert "takes 20 in each" in str(said(readout(uplift=None, evidence="too few")).text)
    nobody = plain(said(readout(uplift=None, evidence="nobody")).text, "ru")
    assert nobody.startswith("«Call»: отобрано 202 клиента, и ни один не известен до дня жребия.")
    waves = said(readout(last_day=date(2024, 3, 15)))
    assert "6–24). “Call”, 1 March 2024 to 15 March 2024: of 100" in plain(waves.text)


def test_money_is_told_net_of_cost_until_it_has_paid_back():
    found = campaign_money(readout(), margin=0.5, formats=SAY)
    assert found.verdict == "better"
    assert plain(found.text) == (
        "“Call” has brought +€70 of margin net of its cost of €50 after 2 weeks (95% interval +€10 to +€130; all 100 "
        "treated together). By the estimate it had paid back after 2 weeks, beyond doubt after 2 weeks. In the first 90 "
        "days a treated customer brought, against one of the control group, +€1.50 of margin (95% interval +€0.50 to "
        "+€2.50); what they had paid before is taken into account."
    )
    assert plain(found.text).startswith(
        plain(saved_alt(readout(), margin=0.5, formats=SAY)) + " In the first"
    )
    not_yet = campaign_money(readout(saved=Saved(WEEKS, 50.0, None, None)), margin=1.0, formats=SAY)
    assert "together). It has not paid back yet. In" in str(not_yet.text)
    assert "of revenue (95%" in str(not_yet.text)
    unsure = campaign_money(readout(saved=Saved(WEEKS, 50.0, 1, None)), margin=1.0, formats=SAY)
    assert "За оцінкою вона окупилася через 1 тиждень; але в інтервалі є й збитки." in plain(
        unsure.text, "uk"
    )
    assert plain(unsure.text, "uk").startswith(
        "Кампанія «Call» за 2 тижні дала +70 € виручки за вирахуванням витрат 50 €"
    )
    free = campaign_money(readout(saved=Saved(WEEKS, np.nan, 1, 1)), margin=1.0, formats=SAY)
    assert "what the campaign cost is not stated" in str(free.text)
    assert free.verdict == "with reservations"  # a gain, but nobody knows whether above the cost
    assert net_kpi(readout(saved=Saved(WEEKS, np.nan, 1, 1)), margin=1.0, formats=SAY) is None
    assert campaign_money(readout(saved=None), margin=1.0, formats=SAY) is None
    kpis = [
        uplift_kpi(readout(), formats=SAY),
        kept_kpi(readout(), formats=SAY),
        net_kpi(readout(), margin=1, formats=SAY),
    ]
    assert [kpi.number for kpi in kpis] == [0.15, 15.0, 70.0]
    assert str(kpis[1].basis) == "€3 each"


def test_the_campaign_that_ended_last_is_told_beside_the_best_evidence():
    best = readout(last_day=date(2024, 4, 2))
    basis = "“Call”, 2 April 2024; with a control group; n = 200"
    assert plain(uplift_kpi(best, formats=SAY).basis) == basis
    assert last_kpi([], formats=SAY) is None
    assert last_kpi([best, readout(campaign="Old")], formats=SAY) is None  # it is that already
    alone = readout(evidence="no control", campaign="Letter", last_day=date(2024, 5, 3), saved=None)
    alone = replace(alone, account=alone.account[alone.account["arm"] == "treatment"])
    late = readout(evidence="too recent", campaign="Gift", last_day=date(2024, 6, 4), uplift=None, saved=None)
    cards = [last_kpi(told, formats=SAY) for told in ([best, alone], [best, alone, late])]
    assert [(card.key, card.number, card.verdict) for card in cards] == [
        ("last_campaign", None, "not enough data")
    ] * 2
    assert [plain(card.basis) for card in cards] == [
        "“Letter”, 3 May 2024; no control group",
        "“Gift”, 4 June 2024; with a control group; too recent",
    ]
    assert plain(cards[0].basis, "ru").endswith("без контрольной группы")
    # By the end, not by the beginning; a fair one that ended later but says less is shown with its number.
    wide = readout(campaign="Text", first_day=date(2024, 1, 1), last_day=date(2024, 6, 4))
    card = last_kpi([best, alone, wide], formats=SAY)
    assert (card.key, card.number, str(card.label)) == ("last_campaign", 0.15, "Uplift of the last campaign")


def test_groups_are_told_apart_only_where_chance_does_not_do_it():
    alike = campaign_groups(readout(), formats=SAY)
    assert alike.verdict == "no clear change"
    assert plain(alike.text).startswith(
        "Nothing shows that the campaign did more for one third of the customers than for another: they differ by no "
        "more than chance. Of the third of customers who had joined last, 50.0% stayed without the campaign, and with it +20.0 "
        "points (95% interval +5.0 to +35.0 points); of the third there for longest, +2.0 points"
    )
    differ = campaign_groups(readout(groups_p=0.01, source="orders"), formats=SAY)
    assert differ.verdict == "yes"
    assert "silent for longest" in str(differ.text)
    assert campaign_groups(readout(groups=GROUPS.head(1)), formats=SAY) is None
    assert persuadable(formats=SAY).tone == "info"


def test_without_input_the_chapter_says_what_to_supply():
    note = missing_campaigns(has_campaigns=False, formats=SAY)
    assert (note.tone, note.key) == ("supply", "missing_campaigns")
    assert "a table, campaigns;" in str(note.text)
    assert "start and end" in str(missing_campaigns(has_campaigns=True, formats=SAY).text)


def test_tables_hold_what_is_known_and_leave_the_rest_blank():
    recent = readout(
        campaign="New",
        evidence="too recent",
        uplift=None,
        balance=None,
        saved=None,
        groups=GROUPS.head(0),
    )
    alone = readout(campaign="Alone", evidence="no control", uplift=compared((9, 10), (0, 0)), balance=None)
    table = campaigns_table([readout(), alone, recent], formats=SAY)
    assert [row[3] for row in table.rows] == [100, 10, None]
    assert [row[5] for row in table.rows] == [100, None, None]
    assert [str(row[2]) for row in table.rows] == ["a fair comparison", "no control group", "too recent"]
    assert len(relative_table([readout(), alone], formats=SAY).rows) == 1
    assert plain(relative_table([readout()], formats=SAY).cells[0][4]) == "0.001"
    assert relative_table([alone], formats=SAY) is None
    unjudged = replace(recent, account=recent.account.assign(judged=0, retained=0))
    arms = arms_table([readout(), unjudged], formats=SAY)
    stayed = [column.name for column in arms.columns].index("retained")
    assert len(arms.rows) == 4
    assert [row[stayed] is None for row in arms.rows] == [False, False, True, True]  # unobserved: no zero
    assert "The cost is that of all drawn" in str(arms.note)
    assert "—: nobody of the group can be judged yet" in str(arms.note)
    assert [str(row[0]) for row in balance_table(readout(), formats=SAY).rows] == [
        "Months since joining", "Plan “<b>”", "Monthly revenue",
    ]  # fmt: skip
    note = plain(balance_table(readout(ratio_p=np.nan), formats=SAY).note)
    assert "in 40.0% of cases" in note
    assert "is not stated, so" in note
    assert [row[1:3] for row in needed_table([readout()], formats=SAY).rows][-1] == (0.85, 906)
    assert needed_table([recent], formats=SAY) is None
    money = money_table(readout(), margin=1.0, formats=SAY)
    assert money.rows[1][3:] == (1.5, 0.5, 2.5)
    assert "which so is not that of the two means beside it" in str(money.note)
    assert len(groups_table(readout(), formats=SAY).rows) == 2


def test_charts_draw_what_they_are_given():
    one = Formats("uk", "EUR")
    rows = campaign_rows([readout(), readout(evidence="unlike")], formats=one).assign(
        label=["Call", "x" * 60]
    )
    ax = uplift_rows(rows, formats=one)
    assert [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 1] == pytest.approx(
        [0.15, 0.15]
    )
    assert ax.get_yticklabels()[1].get_text().endswith("…")
    traits = balance_rows(readout(), formats=one)[["label", "difference"]]
    ax = balance_dots(traits.assign(label=[str(label) for label in traits["label"]]), formats=one)
    assert ax.get_xlim() == pytest.approx((-0.345, 0.345))
    ax = saved_lines(WEEKS, formats=one, break_even=2, ax=Drawing(figsize=(4, 4)).add_axes((0, 0, 1, 1)))
    assert [text.get_text() for text in ax.texts] == ["окупилася"]
    assert group_rows(None, formats=one).empty
    assert "+15.0 points" in plain(uplift_alt(campaign_rows([readout()], formats=SAY), formats=SAY))


def test_the_playbook_asks_for_a_control_and_stops_what_does_not_pay():
    def fired(*told):
        items = tuple((each.kind, {**vars(each), "text": each.text}) for each in told)
        rules = judge(read_playbook(), [ShownItems("15_campaign", items)], margin=0.5).fired
        return [each.rule.id for each in rules]

    assert fired(said(readout())) == []
    assert fired(said(readout(evidence="no control"))) == ["X07"]
    assert fired(said(readout()), said(readout(evidence="unlike"), place=1)) == ["X07"]
    assert fired(said(readout(uplift=compared((70, 100), (90, 100))))) == ["X08"]
    losing = Saved(WEEKS.assign(high=-5.0, low=-70.0), 50.0, None, None)
    assert fired(said(readout()), campaign_money(readout(saved=losing), margin=1.0, formats=SAY)) == ["X08"]


def test_the_playbook_repeats_a_campaign_only_if_it_kept_and_paid_for_certain():
    def judged(first, money):
        items = tuple((each.kind, {**vars(each), "text": each.text}) for each in (first, money))
        return judge(read_playbook(), [ShownItems("15_campaign", items)], margin=0.5)

    def money(**changes):
        return campaign_money(readout(**changes), margin=0.5, formats=SAY)

    (repeated,) = judged(said(readout()), money()).fired
    assert repeated.rule.id == "X14"
    assert str(repeated.evidence).startswith("“Call” has brought")
    assert str(repeated.about) == "Call"
    unsure = readout(uplift=compared((85, 100), (80, 100)))
    held = judged(said(unsure), money())
    assert (held.fired, [each.rule.id for each in held.held_back]) == ((), ["X14"])
    for saved in (Saved(WEEKS, np.nan, 1, 1), Saved(WEEKS.assign(low=-50.0), 50.0, 2, None)):
        assert judged(said(readout()), money(saved=saved)).fired == ()  # no cost known; not for certain


def test_what_was_kept_is_named_beside_what_is_assumed():
    # 5 of 100 left with the campaign and 20 of 100 without it: three of four who would have left stayed.
    fair = readout()
    assert kept_of_leavers(fair.uplift)[0] == pytest.approx(0.75)
    low, high = kept_of_leavers(fair.uplift)[1:]
    assert 0.3 < low < 0.75 < high < 0.92
    swapped = compared((95, 100), (95, 100))
    assert kept_of_leavers(swapped)[0] == 0
    unclear, chosen = readout(uplift=compared((85, 100), (80, 100))), readout(evidence="unlike")
    told = measured_kept([chosen, unclear, fair], margin=0.5, formats=SAY)
    assert (told.key, told.tone) == ("measured_kept", "info")
    assert plain(told.text).startswith(
        "The campaign “Call” kept 75.0% of the treated customers who would otherwise have left within 90 days (95% "
        "interval 34.0–89.1%): measured against a control group drawn by lot. The share that measures and the price "
        "of a contact are reckoned with is an assumption."
    )
    assert plain(told.text, "ru").startswith(
        "Кампания «Call» удержала 75,0 % тех её участников, которые иначе ушли бы за 90 дней (95%-й интервал"
    )
    assert plain(told.text, "uk").startswith(
        "Кампанія «Call» утримала 75,0% тих її учасників, які інакше пішли б за 90 днів (95%-й інтервал"
    )
    assert measured_kept([chosen, unclear], margin=0.5, formats=SAY) is None
    assert plain(told.text).endswith(
        "It has paid for itself: “Margin saved, net of cost” comes to €70 (95% interval +€10 to +€130; after 2 weeks)."
    )
    assert "Она окупилась: показатель «" in plain(told.text, "ru")
    assert "Вона окупилася: показник «" in plain(told.text, "uk")
    losing = Saved(WEEKS.assign(low=-50.0), 50.0, None, None)
    assert "paid" not in plain(measured_kept([readout(saved=losing)], margin=0.5, formats=SAY).text)
    again = measured_again([ShownItems("15_campaign", (("callout", {**vars(told)}),))])
    assert (again.text, again.tone) == (told.text, "info")
    assert measured_again([]) is None
