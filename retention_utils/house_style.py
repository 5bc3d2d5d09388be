"""How a house makes its reports look: ``[report]`` of a client file, or of ``data/house.toml``."""

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from xml.etree import ElementTree

from pydantic import AfterValidator, Field, ValidationError

from retention_utils.accent import accent_style, checked_accent
from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.project import notebook_files
from retention_utils.source_config import Section

__all__ = ["HOUSE_FILE", "Look", "ReportStyle", "house_style", "look_of", "style_problems"]

HOUSE_FILE = "house.toml"  # in the folder of all clients
LARGEST_LOGO = 200_000  # bytes
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def _logo(name: str) -> str:
    if name and (Path(name).name != name or Path(name).suffix.lower() not in PICTURES):
        msg = "name a PNG, JPEG or SVG file in the client's folder or in data/, without a folder before it"
        raise ValueError(msg)
    return name


def _accent(colour: str) -> str:
    return checked_accent(colour) if colour else ""


class ReportStyle(Section):
    """What a report says of its makers, and what it shows."""

    prepared_by: Annotated[str, Field(max_length=200)] = ""
    contact: Annotated[str, Field(max_length=200)] = ""
    logo: Annotated[str, AfterValidator(_logo)] = ""  # a file in the client's folder, or in data/
    accent: Annotated[str, AfterValidator(_accent)] = ""  # the colour of cover and links, #RRGGBB
    chapters: Annotated[tuple[str, ...], Field(strict=False)] = ()  # in this order; none named: all
    paper: Literal["A4", "Letter"] = "A4"  # of the PDF
    anonymise: bool = False  # hide customers behind a key, in the executed notebooks too


@dataclass(frozen=True)
class Look:
    """What the page needs of a house's style."""

    logo: str = ""  # the picture itself, as a data address
    accent: str = ""  # rules of the stylesheet


def house_style(data: Path) -> dict[str, Any]:
    """Read what ``data/house.toml`` says of the reports of all clients; nothing if there is no such file.

    Raises
    ------
    ConfigError
        If it cannot be read, or holds anything but ``[report]``.
    """
    file = data / HOUSE_FILE
    if not file.exists():
        return {}
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{data.name}/{HOUSE_FILE} cannot be read: {error}."
        raise ConfigError(msg) from error
    report = content.pop("report", {})
    if content or not isinstance(report, dict):
        msg = f"{data.name}/{HOUSE_FILE} holds {sorted(content) or 'report'}; it takes one section, [report]."
        raise ConfigError(msg)
    return report


def style_problems(style: Mapping[str, Any], home: Path) -> list[str]:
    """Say what a style names that is not there or cannot be used: the logo, chapters.

    Parameters
    ----------
    style : mapping
        ``[report]`` as it was read. What is wrong with a value by itself is not said here.
    home : Path
        The client's folder.
    """
    return [*_logo_problems(style.get("logo", ""), home), *_chapter_problems(style.get("chapters", ()), home)]


def look_of(style: ReportStyle, folder: Path) -> Look:
    """Read the logo and work out the colours.

    Parameters
    ----------
    style : ReportStyle
        Of the client.
    folder : Path
        The client's; the folder of all clients is the one above it.

    Raises
    ------
    ConfigError
        If the logo is not there, is too large, or is not the picture that its name says.
    """
    logo = _picture(style.logo, (folder, folder.parent)) if style.logo else ""
    return Look(logo, accent_style(style.accent) if style.accent else "")


def _logo_problems(logo: Any, home: Path) -> list[str]:
    try:
        look_of(ReportStyle(logo=logo), home)
    except ConfigError as error:
        return [str(error)]
    except ValidationError:  # the value by itself
        return []
    return []


def _chapter_problems(chapters: Any, home: Path) -> list[str]:
    named = [name for name in chapters if isinstance(name, str)] if isinstance(chapters, list) else []
    stems = [notebook.stem for notebook in notebook_files(home.parents[1], home.name)] if named else []
    known = {*stems, *(stem[:2] for stem in stems)}
    unknown = [name for name in named if stems and name not in known]
    hints = [f"there is no chapter {name!r}.{did_you_mean(name, known)}" for name in unknown]
    return [f"report.chapters: {' '.join(hints)} There are: {', '.join(stems)}."] if hints else []


def _picture(name: str, folders: tuple[Path, ...]) -> str:
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if file is None:
        places = " nor ".join(str(folder.name) for folder in folders)
        msg = f"report.logo: there is no file {name!r} in {places}."
        raise ConfigError(msg)
    content, kind = file.read_bytes(), PICTURES[file.suffix.lower()]
    if len(content) > LARGEST_LOGO:
        msg = f"report.logo: {name!r} has {len(content):,} bytes; at most {LARGEST_LOGO:,} go into a report."
        raise ConfigError(msg)
    if not (_is_drawing(content) if kind == "image/svg+xml" else content.startswith(BEGINS[kind])):
        msg = f"report.logo: {name!r} is not the picture that its name says. Supply a PNG, JPEG or SVG file."
        raise ConfigError(msg)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _is_drawing(content: bytes) -> bool:
    try:  # a declaration could name entities without end
        root = ElementTree.fromstring(content) if b"<!ENTITY" not in content else None  # noqa: S314
    except ElementTree.ParseError:
        return False
    return root is not None and root.tag.rpartition("}")[2] == "svg"
