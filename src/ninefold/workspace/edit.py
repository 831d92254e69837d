"""Edits of one file by id: set, add, remove. Only the lines that must change are touched.

Every edit is read back before it is handed on: what was meant is there, and nothing else has changed.
Things are named by a path of keys and ids: ``("conduits", "c1", "flows", "f2")``; lists are entered by id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ninefold.base.errors import InputError, Place
from ninefold.workspace import yamlio
from ninefold.workspace.documents import field
from ninefold.workspace.faults import say
from ninefold.workspace.rename import rename
from ninefold.workspace.splice import Text, read_back, render, render_block, requoted

Where = Sequence[str]
_NAMES = ("id", "asset", "subject")


def set_field(data: bytes, where: Where, key: str, value: Any, *, name: str = "") -> bytes:
    """The text with one field of the mapping at ``where`` set; ``None`` removes the field.

    ``value``: text, number, truth value, list or mapping. InputError when there is nothing at ``where``.
    """
    text = Text(data, name)
    node = _find(text, where)
    if not isinstance(node, MappingNode):
        raise _missing(where, name)
    pair = next(((k, v) for k, v in node.value if k.value == key), None)
    if value is None:
        if pair is None:
            return data
        _cut(text, node, pair)
    elif pair is None:
        _append_field(text, node, key, value)
    else:
        _put(text, pair[0], pair[1], value, bool(node.flow_style))
    return _checked(text, where, lambda found: _with(found, key, value))


def add_item(data: bytes, where: Where, item: Mapping[str, Any], *, name: str = "") -> bytes:
    """The text with ``item`` at the end of the list at ``where``; the list is made when it is missing."""
    text = Text(data, name)
    node = _find(text, where)
    rows = [dict(item)]
    if isinstance(node, SequenceNode) and node.value and not node.flow_style:
        indent = node.start_mark.column
        text.insert_line(text.end(node), " " * indent + "- " + render_block(dict(item), indent + 2))
    elif isinstance(node, SequenceNode) and node.value:
        at = text.end(node.value[-1])
        text.replace(at, at, ", " + render(item))
    else:
        parent = _find(text, where[:-1]) if where[:-1] else text.tree
        if parent is None and not where[:-1]:
            text.insert_line(0, f"{where[-1]}:\n  - " + render_block(dict(item), 4))
        elif isinstance(parent, MappingNode) and not parent.flow_style:
            _new_list(text, parent, where[-1], dict(item))
        else:
            return set_field(data, where[:-1], where[-1], rows, name=name)
    return _checked(text, where, lambda found: [*(found or []), _strings(dict(item))])


def remove_item(data: bytes, where: Where, *, name: str = "") -> bytes:
    """The text without the thing at ``where`` (its last part is an id in a list)."""
    text = Text(data, name)
    node, parent = _find(text, where), _find(text, where[:-1])
    if node is None or not isinstance(parent, SequenceNode):
        raise _missing(where, name)
    _cut_item(text, parent, node)
    return _checked(text, where[:-1], lambda found: [one for one in found if _name(one) != where[-1]] or None)


def _find(text: Text, where: Where) -> Node | None:
    node: Node | None = text.tree
    for part in where:
        if isinstance(node, SequenceNode) and part.startswith("#"):
            node = node.value[int(part[1:])] if int(part[1:]) < len(node.value) else None
        elif isinstance(node, SequenceNode):
            found = [one for one in node.value if any(_is(field(one, key), part) for key in _NAMES)]
            node = found[0] if len(found) == 1 else None
        elif node is not None:
            node = field(node, part)
    return node


def _is(node: Node | None, value: str) -> bool:
    return isinstance(node, ScalarNode) and node.value == value


def _put(text: Text, key: Node, old: Node, value: Any, flow: bool) -> None:
    """Another value for a key that is there."""
    if isinstance(old, ScalarNode) and not isinstance(value, (list, tuple, dict)) and not yamlio.is_empty(old):
        new = requoted(old, str(value)) if not isinstance(value, bool) else render(value)
        text.replace(text.start(old), text.end(old), new)
        return
    colon = text.text.index(":", text.end(key)) + 1
    end = max(text.end(old), colon)
    if _is_rows(value) and not flow:
        text.replace(colon, end, _rows(value, key.start_mark.column + 2).replace("\n", text.newline))
    else:
        text.replace(colon, end, " " + render(value))


def _is_rows(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(isinstance(item, dict) for item in value)


def _rows(value: Sequence[Any], indent: int) -> str:
    """A list of mappings, each on a line of its own."""
    return "".join(f"\n{' ' * indent}- {render(item)}" for item in value)


def _append_field(text: Text, node: MappingNode, key: str, value: Any) -> None:
    line = f"{render(key)}: {render(value)}"
    if not node.value:
        text.replace(text.start(node), text.end(node), "{" + line + "}")
        return
    end = max(text.end(node.value[-1][0]), text.end(node.value[-1][1]))
    if node.flow_style:
        text.replace(end, end, ", " + line)
    else:
        indent = node.value[0][0].start_mark.column
        line = f"{render(key)}:{_rows(value, indent + 2)}" if _is_rows(value) else line
        text.insert_line(end, " " * indent + line)


def _new_list(text: Text, parent: MappingNode, key: str, item: dict[str, Any]) -> None:
    indent = parent.value[0][0].start_mark.column if parent.value else 0
    pair = next(((k, v) for k, v in parent.value if k.value == key), None)
    lines = f"{' ' * indent}  - " + render_block(item, indent + 4)
    if pair is None:
        text.insert_line(text.end(parent), f"{' ' * indent}{key}:\n{lines}")
        return
    colon = text.text.index(":", text.end(pair[0])) + 1
    text.replace(colon, max(text.end(pair[1]), colon), "")  # an empty list or nothing
    text.insert_line(colon, lines)


def _cut(text: Text, node: MappingNode, pair: tuple[Node, Node]) -> None:
    """Remove a field."""
    index = node.value.index(pair)
    first_on_dash = text.text[text.line_start(pair[0]) : text.start(pair[0])].strip() != ""
    end = max(text.end(pair[0]), text.end(pair[1]))
    if node.flow_style or first_on_dash:
        if index + 1 < len(node.value):
            text.replace(text.start(pair[0]), text.start(node.value[index + 1][0]), "")
        elif index:
            before = node.value[index - 1]
            text.replace(max(text.end(before[0]), text.end(before[1])), end, "")
        else:
            text.replace(text.start(pair[0]), end, "" if node.flow_style else "{}")
    else:
        text.replace(text.line_start(pair[0]), text.line_end(end), "")


def _cut_item(text: Text, parent: SequenceNode, node: Node) -> None:
    index = parent.value.index(node)
    if not parent.flow_style:
        text.replace(text.line_start(node), text.line_end(text.end(node)), "")
    elif index + 1 < len(parent.value):
        text.replace(text.start(node), text.start(parent.value[index + 1]), "")
    elif index:
        text.replace(text.end(parent.value[index - 1]), text.end(node), "")
    else:
        text.replace(text.start(node), text.end(node), "")


def _checked(text: Text, where: Where, meant: Any) -> bytes:
    """The new text, if reading it back gives exactly what was meant."""
    before = read_back((text.bom + text.text).encode(), text.name)
    data = text.result()
    after = read_back(data, text.name)
    if _tidy(after) != _tidy(_changed(before, list(where), meant)):
        advice = str(say("Make this change in the file by hand."))
        raise InputError(
            "edit-failed", str(say("The edit would have damaged the file.")), place=Place(text.name), advice=advice
        )
    return data


def _changed(content: Any, where: list[str], meant: Any) -> Any:
    if not where:
        return meant(content)
    if isinstance(content, list):
        named = [f"#{n}" == where[0] or _name(one) == where[0] for n, one in enumerate(content)]
        pairs = zip(named, content, strict=True)
        return [_changed(one, where[1:], meant) if is_it else one for is_it, one in pairs]
    content = dict(content or {})
    content[where[0]] = _changed(content.get(where[0]), where[1:], meant)
    return content


def _name(item: Any) -> str:
    return next((item[key] for key in _NAMES if isinstance(item, dict) and key in item), "")


def _with(content: Any, key: str, value: Any) -> Any:
    rest = {name: item for name, item in (content or {}).items() if name != key}
    return rest if value is None else {**rest, key: _strings(value)}


def _strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strings(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strings(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None or value == "" else str(value)


def _tidy(content: Any) -> Any:
    """Nothing, an empty list and an empty text mean the same to the model."""
    if isinstance(content, dict):
        return {key: _tidy(item) for key, item in content.items() if _tidy(item) is not None} or None
    if isinstance(content, list):
        return [_tidy(item) for item in content] or None
    return None if content == "" else content


def _missing(where: Where, name: str) -> InputError:
    return InputError("nothing-there", str(say("There is no '{where}'.", where=" / ".join(where))), place=Place(name))


__all__ = ["add_item", "remove_item", "rename", "set_field"]
