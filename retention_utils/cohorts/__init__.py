"""Cohort retention: how many of those who first bought together still buy, counted in several ways."""

from retention_utils.cohorts.retention import cohort_retention, pooled_retention

__all__ = ["cohort_retention", "pooled_retention"]
