"""What the moves between the groups say."""

from collections.abc import Mapping

import pandas as pd

from retention_utils.display import Callout, Finding
from retention_utils.findings.words import change_interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.segments.migration import Migration
from retention_utils.texts import Text

__all__ = ["migration", "moves_alt", "short_log"]


def migration(
    moves: Migration | None, *, period: str, is_window_full: bool, min_customers: int, formats: Formats
) -> Finding:
    """Say whether the best group grew, and how many customers moved to a better or a worse group."""
    when = formats.period(period)
    if moves is None:
        text = formats.say(
            "Fewer than {needed, plural, one {# customer} other {# customers}} had bought in the 24 months "
            "before {period}, too few to say how customers move between ten groups.",
            needed=min_customers,
            period=when,
        )
        return Finding("migration", "not enough data", text)
    moved = {"moved": moves.customers, "up": moves.up, "down": moves.down}
    if not is_window_full:
        text = formats.say(
            "Of the {moved, plural, one {# customer} other {# customers}} who had bought in the 24 months "
            "before {period}, {up, plural, =0 {none} other {#}} moved to a better group and {down, plural, "
            "=0 {none} other {#}} to a worse one. Whether that is good or bad cannot be said before the "
            "order log reaches back 24 months from the end of the period before.",
            period=when,
            **moved,
        )
        return Finding("migration", "not enough data", text)
    text = formats.say(
        "The Champions, the best group, won {won, plural, =0 {no customers} one {# customer} other {# "
        "customers}} in {period} and lost {lost, plural, =0 {none} other {#}} ({difference}, {interval}). "
        "Of the {moved, plural, one {# customer} other {# customers}} who had bought in the 24 months "
        "before, {up, plural, =0 {none} other {#}} moved to a better group and {down, plural, =0 {none} "
        "other {#}} to a worse one; more moves down than up are usual.",
        won=moves.champions_won,
        lost=moves.champions_lost,
        period=when,
        difference=formats.change(moves.difference, "count"),
        interval=change_interval(moves.low, moves.high, "count", formats),
        **moved,
    )
    return Finding("migration", verdict_of(moves.low, moves.high, more_is_better=True), text)


def short_log(*, is_window_full: bool, formats: Formats) -> Callout | None:
    """Warn that the log does not fill the window yet; None when it does."""
    if is_window_full:
        return None
    text = formats.say(
        "The groups look back 24 months, but at the end of the period before, the order log did not reach "
        "that far back. Since then customers have moved to better groups also because more of their "
        "purchases are seen, so changes of the groups are not judged. The groups of today are right as far "
        "as the purchases are known."
    )
    title = formats.say("The order log is too short to compare groups of customers")
    return Callout("short_log", "warn", title, text)


def moves_alt(moves: pd.DataFrame, *, names: Mapping[str, Text], formats: Formats) -> Text:
    """Describe the moves: for each group, who went up and who went down."""
    if moves.empty:
        return formats.say("No customer had bought in the 24 months before the period.")
    each = [
        formats.say(
            "{group}, {customers}: {up} up, {down} down.",
            group=names[row.group],
            customers=formats.count(row.customers),
            up=formats.share(row.up_share),
            down=formats.share(row.down_share),
        )
        for row in moves.itertuples(index=False)
    ]
    return formats.joined(each, by=" ")
