"""What the test of churn gaps says: the gap it recommends, whether it lasts, and what line to write."""

from datetime import date

from retention_utils.churn_gap.backtest import BASE_DAYS
from retention_utils.churn_gap.recommendation import MIN_CUSTOMERS, MIN_LOG_DAYS, MIN_OF_EACH, Decision, agree
from retention_utils.churn_gap.recommendation import GapRecommendation as Found
from retention_utils.display import Callout, Finding
from retention_utils.findings.words import days_interval
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text

__all__ = ["churn_gap", "churn_gap_limits", "churn_gap_line", "churn_gap_stability"]


def churn_gap(
    found: Found, earlier: Found, *, in_force: int, decision: Decision, follow_up_days: int, formats: Formats
) -> Finding:
    """Answer after how long a silence a customer of this business is lost, and how far to trust that.

    What is recommended is the ``decision``, from :func:`retention_utils.churn_gap.recommendation.decided`.
    Of several reservations the gravest is said; :func:`churn_gap_limits` says the others.
    """
    if found.shortage:
        verdict = "not enough data" if found.shortage == "data" else "no"
        return Finding("churn_gap", verdict, _no_gap(found, follow_up_days, formats), is_headline=True)
    told = _recommended(found, earlier, in_force, decision, follow_up_days, formats)
    text = formats.say(
        "At {gap} ({interval}), the test on {customers, plural, one {# customer} other {# customers}} "
        "flagged as lost {caught} of those who then bought nothing for {follow_up}; of all whom it flagged, "
        "{returned} bought again.",
        gap=formats.days(found.gap_days),
        interval=days_interval(found.low, found.high, formats),
        customers=formats.count(found.customers),
        caught=formats.share(found.caught / found.leavers),
        follow_up=formats.days(follow_up_days),
        returned=formats.share(found.returned / (found.caught + found.returned)),
    )
    reservations = _reservations(found, earlier, follow_up_days, formats)
    verdict = "no" if decision == "better" else "with reservations" if reservations else "yes"
    gravest = reservations[:1] if decision != "unsettled" else []  # it stands in what is recommended
    return Finding("churn_gap", verdict, formats.joined([told, text, *gravest], by=" "), is_headline=True)


def churn_gap_limits(
    found: Found, earlier: Found, *, follow_up_days: int, formats: Formats
) -> Callout | None:
    """Say the reservations that the answer has no room for; None if there are none."""
    if found.gap_days is None:
        return None
    others = _reservations(found, earlier, follow_up_days, formats)[1:]
    if not others:
        return None
    title = formats.say("What else to know about this gap")
    return Callout("churn_gap_limits", "info", title, formats.joined(others, by=" "))


def churn_gap_stability(
    found: Found, earlier: Found, *, earlier_on: date, follow_up_days: int, formats: Formats
) -> Finding:
    """Say whether the same method recommended the same gap before."""
    key, does_fit = "churn_gap_stability", agree(found, earlier)
    before = formats.days(follow_up_days)
    if does_fit is None:
        text = formats.say(
            "Whether the best gap in the test lasts cannot be said yet. That needs two days, {before} "
            "apart, on each of which the test finds one.",
            before=before,
        )
        return Finding(key, "not enough data", text)
    values = {
        "day": formats.date(earlier_on),
        "before": before,
        "earlier": formats.days(earlier.gap_days),
        "interval": days_interval(earlier.low, earlier.high, formats),
        "customers": formats.count(earlier.customers),
        "now": formats.days(found.gap_days),
    }
    if does_fit:
        text = formats.say(
            "The best gap in the test has lasted: it is {now} now, and {earlier} in the same test {before} "
            "earlier ({interval}). That test was of {day}, n = {customers}.",
            **values,
        )
        return Finding(key, "yes", text)
    text = formats.say(
        "The best gap in the test has not lasted: it is {now} now, but {earlier} in the same test {before} "
        "earlier ({interval}). That test was of {day}, n = {customers}. Rely on neither alone, and test "
        "again when the order log is longer.",
        **values,
    )
    return Finding(key, "no", text)


def churn_gap_line(
    found: Found, *, in_force: int, is_auto: bool, decision: Decision, formats: Formats
) -> Callout | None:
    """Say what line to write into the client file; None when it stands there already."""
    has_line = not is_auto and found.gap_days in (None, in_force)
    if has_line:
        return None
    tone = "warn" if is_auto and found.gap_days is not None else "info"
    text = (_auto_line if is_auto else _fixed_line)(found, in_force, decision, formats)
    return Callout("churn_gap_line", tone, formats.say("Which churn gap to set"), text)


def _auto_line(found: Found, in_force: int, _: Decision, formats: Formats) -> Text:
    if found.gap_days is None:
        return formats.say(
            "The client file asks for the gap to be recommended from the data, but they recommend none, so "
            "{days} are used. To choose another gap, set the number of days there.",
            days=formats.days(in_force),
        )
    return formats.say(
        "The client file asks for the gap to be recommended anew for every period, so churn can change only "
        "because the gap did. To keep one gap, set it to {gap} there.",
        gap=formats.days(found.gap_days),
    )


def _fixed_line(found: Found, in_force: int, decision: Decision, formats: Formats) -> Text:
    if decision == "unsettled":
        return formats.say(
            "The client file sets {days}. Keep this until the tests on two days agree, or until somebody who "
            "knows the business chooses another gap. All churn figures change with it.",
            days=formats.days(in_force),
        )
    if decision in ("same", "chance"):
        return formats.say(
            "The client file sets {days}, and this can stay. Whoever would rather have the gap that did "
            "best in the test sets {gap} there; churn of earlier periods is then counted anew, too.",
            days=formats.days(in_force),
            gap=formats.days(found.gap_days),
        )
    return formats.say(
        "The client file sets {days}. To use the gap that did best in the test in all chapters, set {gap} "
        "there; churn of earlier periods is then counted anew, too.",
        days=formats.days(in_force),
        gap=formats.days(found.gap_days),
    )


def _recommended(
    found: Found, earlier: Found, in_force: int, decision: Decision, follow_up_days: int, formats: Formats
) -> Text:
    """Say which gap to keep or to set."""
    return formats.say(
        "A customer counts as lost after {now} without a purchase. {decision, select, same {Keep this gap: "
        "in the test none did better.} chance {Keep this gap: in the test {best} did better, but that "
        "can be chance.} unsettled {Keep this gap for now: in the test {best} did better, but the same test "
        "{before} earlier finds {earlier} best.} better {Set it to {best} instead: in the test that did "
        "better by more than chance.} other {In the test {best} did best.}}",
        now=formats.days(in_force),
        decision=decision,
        best=formats.days(found.gap_days),
        before=formats.days(follow_up_days),
        earlier=formats.days(earlier.gap_days) if earlier.gap_days is not None else formats.name(BLANK),
    )


def _no_gap(found: Found, follow_up_days: int, formats: Formats) -> Text:
    values = {
        "customers": formats.count(found.customers),
        "leavers": formats.count(found.leavers),
        "returners": formats.count(found.returners),
        "follow_up": formats.days(follow_up_days),
    }
    if found.shortage != "data":
        return formats.say(
            "No churn gap can be recommended: how long customers have been silent does not show here who "
            "leaves. Of {customers, plural, one {# customer} other {# customers}} tested, no gap flagged as "
            "lost the {leavers} who then bought nothing for {follow_up} clearly more often than the "
            "{returners} who bought again.",
            **values,
        )
    return formats.say(
        "No churn gap can be tested yet. That needs an order log of {needed} (here {log_days}), and {least, "
        "plural, one {# customer} other {# customers}} who bought before its last {follow_up} (here "
        "{customers, plural, =0 {none} other {#}}): at least {each} who bought again in those days (here "
        "{returners, plural, =0 {none} other {#}}) and {each} who did not (here {leavers, plural, =0 {none} "
        "other {#}}).",
        needed=formats.days(MIN_LOG_DAYS + follow_up_days),
        log_days=formats.count(found.log_days + follow_up_days),
        least=MIN_CUSTOMERS,
        each=MIN_OF_EACH,
        **values,
    )


def _reservations(found: Found, earlier: Found, follow_up_days: int, formats: Formats) -> list[Text]:
    """Every reason not to take the gap for certain, each a sentence of its own, the gravest first."""
    lasting = _doubt(found, earlier, follow_up_days, formats)
    reasons = [] if lasting is None else [lasting]
    if found.is_wide:
        reasons.append(formats.say("The interval is wide: another gap within it may do as well."))
    if found.is_young:
        young = formats.say(
            "The order log covers less than {days} up to the day of the test; as such a log grows, the "
            "best gap in the test tends to grow, too.",
            days=formats.days(BASE_DAYS),
        )
        reasons.append(young)
    if found.is_at_edge:
        edge = formats.say("It is the shortest or the longest gap tried, so a better one may lie beyond.")
        reasons.append(edge)
    return reasons


def _doubt(found: Found, earlier: Found, follow_up_days: int, formats: Formats) -> Text | None:
    does_fit, before = agree(found, earlier), formats.days(follow_up_days)
    if does_fit is None:
        return formats.say(
            "Whether the gap lasts is not known: the same test {before} earlier finds none.",
            before=before,
        )
    if does_fit:
        return None
    return formats.say(
        "The same test {before} earlier finds {gap} best, so the gap is not settled.",
        before=before,
        gap=formats.days(earlier.gap_days),
    )
