"""The list of good customers who went quiet: exactly those whom the finding, the figure and the action speak of."""

import pandas as pd
import pytest

from retention_utils.customer_ids import hashed_id
from retention_utils.display import MIME
from retention_utils.findings import segments as say
from retention_utils.findings.playbook_effect import effect_told
from retention_utils.findings.segments_tables import quiet_table
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.playbook.engine import judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.segments.groups import group_names
from retention_utils.segments.quiet import quiet_list
from retention_utils.segments.rfm import rfm_classes
from retention_utils.segments.sizes import at_risk_value

GAP = 100
EUR = Formats("en,ru,uk", "EUR")
# Silent for, purchase days in 24 months, spent in a year. Lapsed are those silent for longer than 100 days; with
# three purchase days or more they are at risk, with eight or more they are not to be lost.
ROWS = [(5, 30, 900.0), (101, 3, 50.0), (150, 12, 70.0), (300, 4, 0.0), (300, 5, 0.0), (150, 2, 999.0)]
STATES = pd.DataFrame(ROWS, columns=["silence_days", "window_purchases", "year_amount"]).assign(
    customer_id=[f"c{number}" for number in range(len(ROWS))],
    year_purchases=1,
    last_day=lambda table: pd.Timestamp("2024-12-31") - pd.to_timedelta(table["silence_days"], unit="D"),
)
CLASSES = rfm_classes(STATES, gap_days=GAP)
RISK = at_risk_value(CLASSES)


def table_of(*, most: int = 5000, is_hashed: bool = False, risk=RISK):
    listed = quiet_list(STATES, CLASSES, most=most)
    return quiet_table(listed, risk, names=group_names(EUR), is_hashed=is_hashed, formats=EUR)


def test_the_list_names_the_lapsed_who_bought_often_and_the_dearest_come_first():
    listed = quiet_list(STATES, CLASSES, most=5000)
    # Of those who spent nothing, who bought oftener comes first.
    assert listed["customer_id"].tolist() == ["c2", "c1", "c4", "c3"]
    assert listed["group"].tolist() == ["cant_lose", "at_risk", "at_risk", "at_risk"]
    assert (len(listed), listed["year_amount"].sum()) == (RISK.customers, RISK.amount)
    assert [str(row[1]) for row in table_of().rows[:2]] == ["Can't lose", "At risk"]
    assert [row[0] for row in table_of(is_hashed=True).rows[:1]] == [hashed_id("c2")]


def test_the_action_speaks_of_those_on_its_list():
    table = table_of()
    shown = [
        say.at_risk(RISK, base=6, gap_days=GAP, min_customers=1, formats=EUR),
        say.at_risk_value_kpi(RISK, gap_days=GAP, formats=EUR),
        table,
    ]
    content = tuple((item.kind, item._repr_mimebundle_()[MIME.format(kind=item.kind)]) for item in shown)
    (fired,) = judge(read_playbook(), [ShownItems("09_segments", content)], margin=0.5).fired
    assert (fired.rule.id, fired.at_stake.listed, fired.at_stake.margin) == ("P31", 4, 60.0)
    told = str(effect_told(fired, (0.05, 0.2), margin=0.5, formats=EUR))
    assert f"one of the 4 on the list “{table.caption}” should cost at most €0.75, or €3.00 if" in told


@pytest.mark.parametrize(
    ("language", "whole", "part"),
    [
        ("en", "The groups At risk and Can't lose. All", "lose: of 4, the 1 who spent most. All"),
        ("ru", "«В зоне риска» и «Нельзя потерять». Все", "потерять»: из 4 — те, кто потратил больше всех (всего 1). Все"),
        ("uk", "«У зоні ризику» та «Не можна втратити». Усі", "втратити»: із 4 — ті, хто витратив найбільше (усього 1). Усі"),
    ],
)  # fmt: skip
def test_the_note_says_whether_all_are_named(language, whole, part):
    assert whole in table_of().note.in_language(language)
    assert part in table_of(most=1).note.in_language(language)


def test_no_list_where_nothing_is_said_of_them():
    assert table_of(most=0) is None
    assert table_of(risk=at_risk_value(CLASSES, min_customers=100)) is None
