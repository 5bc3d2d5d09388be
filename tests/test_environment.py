"""pyproject.toml, requirements.lock and environment.yml describe one environment."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read_lock(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


LOCK, SPARK_LOCK = read_lock("requirements.lock"), read_lock("requirements-spark.lock")
PINNED = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in (*LOCK, *SPARK_LOCK)}
WANTED = [
    Requirement(text)
    for text in [
        *PROJECT["dependencies"],
        *(t for extra in PROJECT["optional-dependencies"].values() for t in extra),
    ]
]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.name)
def test_the_lock_holds_every_dependency_within_its_range(wanted):
    pinned = PINNED[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(pinned), f"{wanted} but the lock has {pinned}"


def test_every_pin_is_exact_and_what_computes_is_one_version_everywhere():
    assert [
        str(pin) for pin in (*LOCK, *SPARK_LOCK) if [part.operator for part in pin.specifier] != ["=="]
    ] == []
    names = [canonicalize_name(pin.name) for pin in (*LOCK, *SPARK_LOCK)]
    computing = (
        "numpy",
        "scipy",
        "pandas",
        "statsmodels",
        "lifetimes",
        "autograd",
        "duckdb",
        "matplotlib",
        "babel",
    )
    assert [names.count(name) for name in computing] == [1] * len(computing)


def test_what_is_installed_is_what_is_locked():
    here = [pin for pin in LOCK if pin.marker is None or pin.marker.evaluate()]
    assert {pin.name: version(pin.name) for pin in here} == {
        pin.name: next(iter(pin.specifier)).version for pin in here
    }


def test_conda_installs_the_lock_on_an_allowed_python():
    pip = next(item["pip"] for item in CONDA if isinstance(item, dict))
    assert pip == ["-r requirements.lock", "-e ."]
    python = next(
        re.sub(r"^python\s*", "", item)
        for item in CONDA
        if isinstance(item, str) and item.startswith("python")
    )
    required = SpecifierSet(PROJECT["requires-python"])
    allowed = SpecifierSet(python)
    for minor in range(8, 16):
        assert f"3.{minor}" not in allowed or f"3.{minor}" in required
    assert "3.11" in allowed


def test_no_registry_is_named():
    for name in (
        "pyproject.toml",
        "requirements.lock",
        "requirements-spark.lock",
        "environment.yml",
        "Makefile",
    ):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name
