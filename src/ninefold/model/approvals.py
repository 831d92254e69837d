"""Approvals: a person in a role said yes to exactly these bytes.

Source: IEC 62443-3-2:2020 ZCR 7.1 (the asset owner approves); design section 4.
"""

from __future__ import annotations

import msgspec

from ninefold.model.vocabulary import Role


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved the result of which step. ``digest``: SHA-256 of the canonical bytes; ``date`` ISO.

    ``valid``: the signature is right. ``trusted``: its key is the reader's own or one the reader trusts.
    ``document``/``document_sha256``: a signed external document that was imported as the approval.
    ``fault``: why it is worth nothing. ``file``: where it stands in the workspace; ``key``: id of the key.
    """

    step: str
    digest: str
    by: str
    role: Role
    reason: str = ""
    date: str = ""
    valid: bool = False
    trusted: bool = False
    document: str = ""
    document_sha256: str = ""
    file: str = ""
    key: str = ""
    fault: str = ""
