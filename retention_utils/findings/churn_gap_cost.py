"""What the churn gap in force costs: how often it errs beside the recommended one, and in money."""

from retention_utils.churn_gap.recommendation import Decision, GapComparison, GapCost
from retention_utils.display import Callout, Finding, Verdict
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["churn_gap_cost", "churn_gap_money"]


def churn_gap_cost(
    compared: GapComparison | None, *, in_force: int, decision: Decision, formats: Formats
) -> Finding:
    """Say whether the best gap in the test would do better than the one in force, and how often each errs."""
    key = "churn_gap_cost"
    if compared is None:
        text = formats.say(
            "Whether the gap in force, {now}, does well cannot be said yet. That needs a gap that did best "
            "in the test to compare it with, and customers who had been silent for more than {now} on the "
            "day of the test.",
            now=formats.days(in_force),
        )
        return Finding(key, "not enough data", text)
    current = compared.in_force
    if decision == "same":
        text = formats.say(
            "The gap in force, {now}, is the one that did best in the test: {returned} of {flagged, plural, "
            "one {# customer} other {# customers}} flagged as lost came back, and {late} of {leavers} "
            "leavers {late, plural, one {was} other {were}} not flagged yet. The share who came back, the "
            "false churn, was {false_churn} ({interval}).",
            **_errors(current, formats),
            false_churn=formats.share(current.false_churn),
            interval=interval(current.low, current.high, "share", formats),
        )
        return Finding(key, "yes", text)
    verdict, judged = _judged(compared, decision, formats)
    return Finding(key, verdict, formats.joined([judged, _both(compared, formats)], by=" "))


def churn_gap_money(compared: GapComparison | None, *, formats: Formats) -> Callout | None:
    """Say what those had spent whom either gap judges wrongly; None where there is no gap to test."""
    if compared is None:
        return None
    current, other = compared.in_force, compared.recommended
    sentences = [
        formats.say(
            "At {gap}, customers flagged as lost who came back had spent {wrong} in the year before the "
            "test, and leavers not flagged yet {late}.",
            **_amounts(current, formats),
        ),
        formats.say("At {gap} it would be {wrong} and {late}.", **_amounts(other, formats)),
        formats.say(
            "The best gap in the test takes both errors as equally bad. If one of them costs the business "
            "much more, choose another gap from the table."
        ),
    ]
    if current.gap_days == other.gap_days:
        del sentences[1]
    title = formats.say("The money behind each error")
    return Callout("churn_gap_money", "info", title, formats.joined(sentences, by=" "))


def _judged(compared: GapComparison, decision: Decision, formats: Formats) -> tuple[Verdict, Text]:
    values = {
        "now": formats.days(compared.in_force.gap_days),
        "best": formats.days(compared.recommended.gap_days),
        "difference": formats.points(compared.difference),
        "interval": interval(compared.low, compared.high, "points", formats),
    }
    if decision == "chance":
        text = formats.say(
            "The gap in force, {now}, can stay: {best} did better, but that can be chance (leavers flagged "
            "minus returners flagged: {difference}, {interval}).",
            **values,
        )
        return "yes", text
    if decision == "better":
        text = formats.say(
            "The gap in force, {now}, did less well than {best}, by more than chance (leavers flagged minus "
            "returners flagged: {difference}, {interval}).",
            **values,
        )
        return "no", text
    text = formats.say(
        "The gap in force, {now}, can stay for now: {best} did better, but the earlier test was for "
        "another gap. Leavers flagged minus returners flagged: {difference} ({interval}).",
        **values,
    )
    return "with reservations", text


def _both(compared: GapComparison, formats: Formats) -> Text:
    other = compared.recommended
    return formats.say(
        "At {now}, {returned} of {flagged, plural, one {# customer} other {# customers}} flagged as lost "
        "came back, and {late} of {leavers} leavers {late, plural, one {was} other {were}} not flagged yet; "
        "at {best}, {other_returned} of {other_flagged} and {other_late}.",
        **_errors(compared.in_force, formats),
        best=formats.days(other.gap_days),
        other_returned=formats.count(other.returned),
        other_flagged=formats.count(other.flagged),
        other_late=formats.count(other.late),
    )


def _errors(cost: GapCost, formats: Formats) -> dict[str, Text]:
    return {
        "now": formats.days(cost.gap_days),
        "returned": formats.count(cost.returned),
        "flagged": formats.count(cost.flagged),
        "late": formats.count(cost.late),
        "leavers": formats.count(cost.leavers),
    }


def _amounts(cost: GapCost, formats: Formats) -> dict[str, Text]:
    return {
        "gap": formats.days(cost.gap_days),
        "wrong": formats.short_money(cost.wrong_amount),
        "late": formats.short_money(cost.late_amount),
    }
