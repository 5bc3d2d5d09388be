"""All files of ``sport``: its contracts, and what stands beside them."""

import pandas as pd

from retention_utils.demo_activity import sport_activity
from retention_utils.demo_campaigns import sport_campaigns
from retention_utils.demo_contracts import sport_contracts, sport_leaving
from retention_utils.demo_plans import sport_costs, sport_plan
from retention_utils.demo_reasons import sport_reasons
from retention_utils.demo_voice import sport_surveys

__all__ = ["sport_tables"]


def sport_tables() -> dict[str, pd.DataFrame]:
    """Return every table of ``sport`` by the name of its file."""
    contracts, leaving = sport_contracts(), sport_leaving()
    return {
        "contracts": contracts,
        "activity": sport_activity(contracts, leaving),
        "campaigns": sport_campaigns(contracts),
        "costs": sport_costs(),
        "plan": sport_plan(),
        "reasons": sport_reasons(contracts),
        "surveys": sport_surveys(contracts, leaving),
    }
