"""Results as plain JSON values, put into words in the current language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec

from ninefold.base.i18n import Message, Text
from ninefold.model.findings import Finding, Reason, finding_to_plain, to_plain


def plain(value: Any) -> Any:
    """A plan, path, proposal, or any other result of analysis as dictionaries, lists, texts and numbers.

    Keys are the field names; reasons and findings have the form they have in every document of Ninefold.
    """
    if isinstance(value, Reason):
        return to_plain(value)
    if isinstance(value, Finding):
        return finding_to_plain(value)
    if isinstance(value, Message | Text):
        return str(value)
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value.value, int) else value.value
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
