"""What a campaign with a control group has kept, named beside what other chapters assume a measure keeps."""

from collections.abc import Sequence

from retention_utils.campaigns.readout import Readout
from retention_utils.campaigns.uplift import kept_of_leavers
from retention_utils.display import Callout
from retention_utils.findings.campaign_money import net_kpi
from retention_utils.findings.words import interval, shortened
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.texts import Text

__all__ = ["measured_again", "measured_kept"]

KEY = "measured_kept"


def measured_kept(readouts: Sequence[Readout], *, margin: float, formats: Formats) -> Callout | None:
    """Say what part of those who would have left the newest fair campaign kept; None without a clear one.

    Where it has brought more than it cost for certain, that is said, too.
    """
    fair = (each for each in readouts if each.evidence == "random" and each.uplift.low > 0)
    found = next(fair, None)
    if found is None:
        return None
    share, low, high = kept_of_leavers(found.uplift)
    text = formats.say(
        "The campaign “{campaign}” kept {share} of the treated customers who would otherwise have {source, "
        "select, contracts {left} other {bought nothing}} within {days} ({sure}): measured against a "
        "control group drawn by lot. The share that measures and the price of a contact are reckoned with "
        "is an assumption. The measured one is of this campaign and the customers drawn for it alone; for a "
        "measure of the same kind with customers like these it is the better guide.",
        campaign=shortened(found.campaign, formats),
        share=formats.share(share),
        sure=interval(max(low, 0.0), high, "share", formats),
        days=formats.days(found.horizon_days),
        source=found.source,
    )
    told = formats.joined([text, *_paid(found, margin, formats)], by=" ")
    return Callout(KEY, "info", formats.say("What a campaign has kept here is measured"), told)


def _paid(found: Readout, margin: float, formats: Formats) -> list[Text]:
    net = net_kpi(found, margin=margin, formats=formats)
    if net is None or net.verdict != "better":
        return []
    return [
        formats.say(
            "It has paid for itself: “{figure}” comes to {value} ({sure}; {after}).",
            figure=net.label,
            value=net.value,
            sure=net.interval,
            after=net.basis,
        )
    ]


def measured_again(chapters: Sequence[ShownItems]) -> Callout | None:
    """Repeat it beside the assumption."""
    notes = (note for chapter in chapters for note in chapter.shown("callout") if note["key"] == KEY)
    note = next(notes, None)
    return note and Callout.restored(note)
