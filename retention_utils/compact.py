"""A picture in fewer bytes, the same to the eye: what many of its parts share is said once.

Neighbouring shapes of one look become one path, a symbol is drawn in place where that is shorter than
pointing at it, a clip that cuts nothing off is taken away, and texts come last, a group for every look.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, groupby
from xml.etree.ElementTree import Element

from retention_utils.outline import Outline, is_within, moved, outline_of, path_data

__all__ = ["gathered"]

OWN = {
    "path": {"id", "d"},
    "use": {"href", "x", "y"},
    "text": {"x", "y", "transform"},
}  # the rest is the look
POINTER = 40  # letters that point at a symbol

Look = dict[str, str]


@dataclass(frozen=True)
class _Mark:
    """One part of a picture: how it looks, and its outline if it is a path."""

    node: Element
    look: Look
    outline: Outline | None = None


def gathered(drawn: Element) -> list[Element]:
    """Give the parts of a drawing, what they share said once.

    Parameters
    ----------
    drawn : Element
        What matplotlib drew, without namespaces; it is used up.

    Returns
    -------
    list of Element
        What is pointed at, then the shapes in the order drawn, then the texts.
    """
    defs = Element("defs")
    defs[:] = [node for found in drawn.iter("defs") for node in found]
    symbols = _in_place(defs, Counter(node.attrib["href"][1:] for node in drawn.iter("use")))
    marks = _freed(list(_marks(drawn, {}, symbols)), defs)
    defs[:] = [node for node in defs if node.attrib["id"] not in symbols]
    for path in defs.iter("path"):
        path.attrib["d"] = path_data(outline_of(path.attrib["d"]))
    shapes = [mark for mark in marks if mark.node.tag != "text"]
    texts = [mark for mark in marks if mark.node.tag == "text"]
    return [*([defs] if len(defs) else []), *_joined(shapes), *_joined(sorted(texts, key=_style))]


def _freed(marks: list[_Mark], defs: Element) -> list[_Mark]:
    """Take away the clips that cut nothing off, each of which costs letters and time to draw."""
    clips = {f"url(#{node.attrib['id']})": node for node in defs.iter("clipPath")}
    freed = [_unclipped(mark) if _is_whole(mark, clips) else mark for mark in marks]
    nodes = [node for mark in freed if not mark.outline for node in mark.node.iter()]
    looks = [*(mark.look for mark in freed), *(node.attrib for node in nodes)]
    for name in set(clips) - {look.get("clip-path") for look in looks}:
        defs.remove(clips[name])
    return freed


def _is_whole(mark: _Mark, clips: dict[str, Element]) -> bool:
    clip = clips.get(mark.look.get("clip-path", ""))
    return clip is not None and mark.outline is not None and is_within(mark.outline, clip[0].attrib)


def _unclipped(mark: _Mark) -> _Mark:
    return replace(mark, look={name: value for name, value in mark.look.items() if name != "clip-path"})


def _in_place(defs: Element, pointers: Counter[str]) -> dict[str, _Mark]:
    """Choose the symbols that are drawn where they are pointed at: once only, or short ones."""
    symbols = {node.attrib["id"]: _mark(node, {}) for node in defs if node.tag == "path"}
    return {
        name: symbol
        for name, symbol in symbols.items()
        if pointers[name] == 1 or len(path_data(symbol.outline or [])) < POINTER
    }


def _marks(group: Element, shared: Look, symbols: dict[str, _Mark]) -> Iterator[_Mark]:
    """Give all parts in the order drawn; shapes that one artist drew side by side go by their look."""
    if all(node.tag == "path" for node in group):
        yield from sorted((_mark(node, shared) for node in group), key=_style)
        return
    for node in group:
        if node.tag == "g" and set(node.attrib) <= {"id", "clip-path"}:
            inherited = {name: value for name, value in node.attrib.items() if name != "id"}
            yield from _marks(node, shared | inherited, symbols)
        elif symbol := symbols.get(node.attrib.get("href", "")[1:]):
            yield _placed(symbol, _mark(node, shared))
        elif node.tag != "defs":
            yield _mark(node, shared)


def _mark(node: Element, shared: Look) -> _Mark:
    own = OWN.get(node.tag, set(node.attrib))
    look = shared | {name: value for name, value in node.attrib.items() if name not in own}
    return _Mark(node, look, outline_of(node.attrib["d"]) if node.tag == "path" else None)


def _placed(symbol: _Mark, pointer: _Mark) -> _Mark:
    """Draw a symbol where it is pointed at; what it says of its own style comes before the pointer's."""
    styles = [part.split(":", 1) for mark in (pointer, symbol) for part in _style(mark).split(";") if part]
    style = ";".join(f"{name}:{value}" for name, value in dict(styles).items())
    outline = moved(symbol.outline or [], pointer.node.attrib["x"], pointer.node.attrib["y"])
    return _Mark(symbol.node, pointer.look | {"style": style}, outline)


def _joined(marks: Iterable[_Mark]) -> Iterator[Element]:
    """Write neighbours of one look together, but for see-through ones: where two meet, it is darker."""
    alone = count()
    runs = groupby(
        marks, key=lambda mark: (mark.node.tag, mark.look, next(alone) if "opacity" in _style(mark) else -1)
    )
    for (_, look, _), run in runs:
        parts = list(run)
        if parts[0].outline:
            data = path_data([command for part in parts for command in part.outline or []])
            yield Element("path", {"d": data, **look})
            continue
        nodes = [part.node for part in parts]
        for node in nodes:
            node.attrib = {name: value for name, value in node.attrib.items() if name not in look}
        # what clips a pointer would move with it, if it were not said on a group around
        group = nodes[0] if len(nodes) == 1 and nodes[0].tag != "use" else Element("g")
        group.attrib |= look
        group.extend(node for node in nodes if node is not group)
        yield group


def _style(mark: _Mark) -> str:
    return mark.look.get("style", "")
