"""The record of a run: what a report was made from, with which definitions, software and outcomes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from retention_utils import __version__
from retention_utils.chapter_runs.outcomes import ChapterOutcome, worst
from retention_utils.config import ClientConfig
from retention_utils.definitions import definitions_in_force, settings_in_force
from retention_utils.formats import Formats
from retention_utils.mart import Mart
from retention_utils.plan import ReportPlan
from retention_utils.provenance import environment, hash_of_parts
from retention_utils.texts import Text, as_json, text_of

__all__ = ["run_record", "told_choices"]

MOST_FILES = 3  # named beneath a figure


def told_choices(in_force: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Tell the reading choices of all chapters, but for those that leave something empty."""
    choices = ((chapter, *pair) for chapter, values in in_force.items() for pair in values.items())
    told = (choice for choice in choices if choice[-1] not in ("", None, [], {}))
    return [f"{chapter}.{name} = {value}" for chapter, name, value in told]


def run_record(
    plan: ReportPlan, mart: Mart, parts: Mapping[str, Any], outcomes: list[ChapterOutcome], *, seconds: float
) -> dict[str, Any]:
    """Write down everything known of the run: what run.json holds and what the page prints of it."""
    config, facts = plan.config, mart.facts
    formats = Formats(plan.language, config.currency)
    name, say = formats.name, formats.say
    chosen = [f"client = {plan.client}", f"period = {plan.period.key}", f"language = {plan.language}"]
    chosen += told_choices(plan.in_force)
    engines = ", ".join(f"{name} {number}" for name, number in parts["versions"].items())
    provenance = [
        (say("Prepared by"), name(config.report.prepared_by)),
        (say("Contact"), name(config.report.contact)),
        (say("Parameters"), name(", ".join(chosen))),
        (say("Made"), _made(seconds, formats)),
        (say("Data"), _data_described(facts, config, formats)),
        (say("SHA-256 of the data"), name(mart.data_hash)),
        (say("Counted up to"), _counted_up_to(facts, plan.period.last_day, formats)),
        (say("Hash of the definitions"), name(config.definition_hash)),
        (say("Hash of data, definitions, chapters and code"), name(hash_of_parts(parts))),
        (say("Software"), name(f"retention-workbook {__version__}; {engines}")),
    ]
    record = {
        "client": plan.client,
        "name": config.name,
        "description": text_of(config.description),
        "period": plan.period.key,
        "period_label": formats.period(plan.period.key),
        "previous_label": formats.period(plan.period.previous().key),
        "data_until": formats.date(plan.period.last_day),
        "source": _source(plan, facts, formats),
        "languages": list(formats.languages),
        "prepared_by": config.report.prepared_by,
        "contact": config.report.contact,
        "is_anonymised": plan.key is not None,
        "order": list(config.report.chapters),
        "outcome": worst([made.outcome for made in outcomes]),
        "seconds": seconds,
        "made_from": hash_of_parts(parts),
        **parts,
        "environment": environment(),
        "parameters": plan.parameters,
        "outcomes": [_kept(outcome) for outcome in outcomes],
        "provenance": [pair for pair in provenance if pair[1]],
        "settings": [list(pair) for pair in settings_in_force(mart.config)],
        "definitions": _definitions(plan, mart, formats),
    }
    return as_json(record)


def _kept(outcome: ChapterOutcome) -> dict[str, Any]:
    """Return an outcome for the record: what was taken over from an earlier run is done, too."""
    return {**outcome.as_dict(), **({"outcome": "done"} if outcome.outcome == "skipped" else {})}


def _definitions(plan: ReportPlan, mart: Mart, formats: Formats) -> list[tuple[Text, Text]]:
    gap = mart.facts["gap"]
    return definitions_in_force(mart.config, formats=formats, grain=plan.period.grain, gap=gap)


def _made(seconds: float, formats: Formats) -> Text:
    day = formats.name(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    return formats.say(
        "{day}, in {seconds, plural, one {# second} other {# seconds}}",
        day=day,
        seconds=formats.count(seconds),
    )


def _counted_up_to(facts: dict[str, Any], day: date, formats: Formats) -> Text:
    return formats.say(
        "{day}; the data are complete up to {horizon}{assumed, select, yes {, the day of the last order} "
        "other {}}",
        day=formats.date(day),
        horizon=formats.date(date.fromisoformat(facts["horizon"])),
        assumed="yes" if facts["is_horizon_assumed"] else "no",
    )


def _data_described(facts: dict[str, Any], config: ClientConfig, formats: Formats) -> Text:
    files = [stamp for stamps in facts["files"].values() for stamp in stamps]
    listed = [
        formats.say(
            "{file}, {bytes, plural, one {# byte} other {# bytes}}",
            file=formats.name(stamp["name"]),
            bytes=formats.count(stamp["size"]),
        )
        for stamp in files
    ]
    if config.has_database:
        listed.insert(0, formats.name(config.orders.described))
    return formats.joined(listed)


def _source(plan: ReportPlan, facts: dict[str, Any], formats: Formats) -> Text:
    """Name what the orders, or else the contracts, were read from, for beneath the figures."""
    table = "orders" if plan.config.orders else "subscriptions"
    names = [formats.name(stamp["name"]) for stamp in facts["files"].get(table, [])]
    if not names:
        names = [formats.say("the client's database")]
    return formats.say(
        "{files}{others, plural, =0 {} one { and # more file} other { and # more files}}, up to {day}",
        files=formats.joined(names[:MOST_FILES], by=", "),
        others=max(len(names) - MOST_FILES, 0),
        day=formats.date(plan.period.last_day),
    )
