"""Answers come from files of other people: whatever they hold, only InputError may come out, and never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ninefold.base.errors import InputError
from ninefold.law.answers import parse
from ninefold.law.applicability import apply, document
from ninefold.law.duties import duties
from ninefold.workspace import yamlio
from ninefold.workspace.faults import Faults


def answers(data: bytes) -> None:
    """Read answers, judge every act, list the duties."""
    try:
        node = yamlio.parse("answers.yaml", data)
        faults = Faults()
        raw = yamlio.plain(node, faults) if node is not None else {}
        faults.stop()
        given = parse(raw if isinstance(raw, dict) else {})
    except InputError:
        return
    for act in document(apply(given))["acts"]:
        assert act["applies"] in {"yes", "no", "undetermined"}
        assert act["because"] or act["applies"] == "undetermined"
    duties(given)


TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "answers": (
        answers,
        [
            b"product: yes\nrole: importer\nplaced: 2028-01-01\ncore: router\ncra_excluded: [medical]\n",
            b"sectors: [II-5d, C28]\nheadcount: 40\ngroup:\n  - {share: 30, headcount: 60}\nany_size: none\n",
            b"machine_kind: machinery\nannex_i: B-17\nmachine_modification: {foreseen: no, date: 2027-03-01}\n",
        ],
    )
}
