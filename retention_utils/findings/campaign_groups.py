"""What is said of whom a campaign moved."""

from retention_utils.campaigns.readout import Readout
from retention_utils.display import Callout, Finding
from retention_utils.findings.words import interval
from retention_utils.formats import Formats

__all__ = ["campaign_groups", "persuadable"]

SIGNIFICANCE = 0.05


def campaign_groups(readout: Readout, *, formats: Formats) -> Finding | None:
    """Say whether the campaign did more for those likely to leave; None where that cannot be asked."""
    groups = readout.groups
    if len(groups) < 2:
        return None
    riskiest, safest = groups.iloc[0], groups.iloc[-1]
    told = formats.say(
        "Of the third of customers {source, select, contracts {who had joined last} other {silent for "
        "longest}}, {riskiest_control} stayed without the campaign, and with it {riskiest} "
        "({riskiest_sure}); of the third {source, select, contracts {there for longest} other {who had "
        "bought last}}, {safest} ({safest_sure}).",
        source=readout.source,
        riskiest_control=formats.share(riskiest["control_share"]),
        riskiest=formats.points(riskiest["difference"]),
        riskiest_sure=interval(riskiest["low"], riskiest["high"], "points", formats),
        safest=formats.points(safest["difference"]),
        safest_sure=interval(safest["low"], safest["high"], "points", formats),
    )
    if readout.groups_p < SIGNIFICANCE:
        text = formats.say(
            "It matters whom the next campaign is for: thirds of the customers differ by more than chance. "
            "That they were formed by one trait, chosen beforehand, does not make that trait the cause."
        )
        return Finding("campaign_groups", "yes", formats.joined([text, told], by=" "))
    text = formats.say(
        "Nothing shows that the campaign did more for one third of the customers than for another: they "
        "differ by no more than chance."
    )
    return Finding("campaign_groups", "no clear change", formats.joined([text, told], by=" "))


def persuadable(*, formats: Formats) -> Callout:
    """Warn against taking those most likely to leave for those who can be kept."""
    text = formats.say(
        "Those most likely to leave are often those whom nothing keeps, and some leave only because they "
        "were reminded. Choose whom to treat by where a campaign with a control group made a difference, "
        "not by risk alone (Ascarza, 2018)."
    )
    title = formats.say("The riskiest are not the most persuadable.")
    return Callout("persuadable", "info", title, text)
