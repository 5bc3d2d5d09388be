"""The charts of a report as files for slides: SVG that can be edited, PNG that looks the same everywhere."""

from collections.abc import Iterable
from pathlib import Path

from retention_utils.chapters import Chapter
from retention_utils.exports.safe_names import file_stem
from retention_utils.standalone import DRAWN_WITH, as_png, as_svg

__all__ = ["write_charts"]


def write_charts(chapters: Iterable[Chapter], folder: Path) -> tuple[list[Path], list[str]]:
    """Write every chart a chapter displayed as ``<chapter>-<key>.svg`` and ``.png``.

    Parameters
    ----------
    chapters : iterable of Chapter
        Whose charts to write.
    folder : Path
        Created if it does not exist.

    Returns
    -------
    written : list of Path
        The files, in the order of the charts.
    missing : list of str
        Names of charts whose picture is not in the notebook: it was stripped, or is not ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, missing, taken = [], [], set()
    for chapter in chapters:
        for figure in chapter.shown("figure"):
            stem = file_stem(chapter, figure["key"], taken=taken)
            picture = figure["pictures"]["wide"]
            if not picture:
                missing.append(stem)
                continue
            words = {"title": figure["title"], "description": figure["alt"]}
            (folder / f"{stem}.svg").write_text(as_svg(picture, **words), encoding="utf-8")
            drawn = as_png(as_svg(picture, **words, fonts=DRAWN_WITH))
            (folder / f"{stem}.png").write_bytes(drawn)
            written += [folder / f"{stem}.svg", folder / f"{stem}.png"]
    return written, missing
