"""Times between time zones, and from numbers of seconds, in each of the engines."""

from datetime import datetime

import ibis
import ibis.expr.types as ir

__all__ = ["absolute_or_naive", "from_seconds", "shifted", "timezone"]


@ibis.udf.scalar.builtin
def timezone(zone: str, moment: datetime) -> datetime:
    """Give a naive time of a zone its place in time, or a time with its place the naive time of a zone."""


@ibis.udf.scalar.builtin
def to_utc_timestamp(moment: datetime, zone: str) -> datetime:
    """Turn the naive time of a zone into that of UTC, in Spark."""


@ibis.udf.scalar.builtin
def from_utc_timestamp(moment: datetime, zone: str) -> datetime:
    """Turn the naive time of UTC into that of a zone, in Spark."""


@ibis.udf.scalar.builtin
def to_timestamp(seconds: float) -> datetime:
    """Return the time so many seconds after the start of 1970, in DuckDB and PostgreSQL."""


@ibis.udf.scalar.builtin
def timestamp_seconds(seconds: float) -> datetime:
    """Return the time so many seconds after the start of 1970, in Spark."""


@ibis.udf.scalar.builtin
def typeof(value: datetime) -> str:
    """Name the type of a value in Spark, which Ibis does not tell apart there."""


def from_seconds(seconds: ir.FloatingValue, engine: str) -> ir.TimestampValue:
    """Return the time, without a zone, so many seconds after the start of 1970."""
    if engine == "pyspark":
        return timestamp_seconds(seconds)
    return timezone("UTC", to_timestamp(seconds))


def absolute_or_naive(value: ir.TimestampValue, engine: str, zone: str, to_zone: str) -> ir.TimestampValue:
    """Turn a typed column into what clocks in ``to_zone`` show.

    Times whose place in time is known keep it; those without are clock times of ``zone``.
    """
    if value.type().timezone is not None:
        return timezone(to_zone, value)
    naive = shifted(value, engine, zone, to_zone)
    if engine != "pyspark":
        return naive
    return ibis.ifelse(typeof(value) == "timestamp", shifted(value, engine, "UTC", to_zone), naive)


def shifted(time: ir.TimestampValue, engine: str, zone: str, to_zone: str) -> ir.TimestampValue:
    """Turn what clocks show in one zone into what they show in the other.

    An hour that clocks show twice is taken for the second, one that they skip for the hour after.
    """
    if zone == to_zone:
        return time
    if engine != "pyspark":
        return timezone(to_zone, timezone(zone, time))
    utc = time
    if zone != "UTC":
        # Of an hour shown twice Spark takes the first, the others the second.
        first = to_utc_timestamp(time, zone)
        second = first + ibis.interval(hours=1)
        utc = ibis.ifelse(from_utc_timestamp(second, zone) == time, second, first)
    return from_utc_timestamp(utc, to_zone)
