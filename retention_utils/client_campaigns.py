"""What came of a client's campaigns, read from the mart as the chapter on campaigns reads it."""

from retention_utils.campaigns.readout import Readout, campaign_readouts
from retention_utils.mart import Mart
from retention_utils.subscriptions.spans import contract_spans, has_dates

__all__ = ["client_campaigns"]

CHAPTER = "15_campaign"
HORIZON_DAYS = 90


def client_campaigns(
    mart: Mart, *, horizon_days: int | None = None, treatment_share: float | None = None
) -> list[Readout]:
    """Judge every campaign of the client; of contracts where there are dated ones, else of orders.

    Parameters
    ----------
    horizon_days : int, optional
        Days after the draw when it is looked who stayed; left out, what the client file says for the chapter.
    treatment_share : float, optional
        Share that was to be treated, likewise; 0 where that is not stated.
    """
    stated = mart.config.parameters.get(CHAPTER, {})
    subscriptions, campaigns = mart.supplied("subscriptions"), mart.supplied("campaigns")
    is_dated = subscriptions is not None and has_dates(subscriptions)
    is_ordered = mart.has_orders and campaigns is not None
    return campaign_readouts(
        campaigns,
        spans=contract_spans(subscriptions, mart.config.contracts) if is_dated else None,
        purchases=mart.table("campaign_purchases") if is_ordered else None,
        as_of=mart.as_of,
        horizon_days=stated.get("horizon_days", HORIZON_DAYS) if horizon_days is None else horizon_days,
        treatment_share=stated.get("treatment_share", 0.0) if treatment_share is None else treatment_share,
        margin=mart.config.value.margin,
        min_customers=mart.config.min_cohort,
    )
