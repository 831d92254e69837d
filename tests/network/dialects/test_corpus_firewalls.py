"""Every file of the corpus parses, or is refused with a reason; none is misread as another dialect."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ninefold.base.errors import NinefoldError
from ninefold.network.evaluate import Evaluation, space_for
from ninefold.network.firewalls.registry import parse
from support import corpus

_ROOT = Path(os.environ.get("NINEFOLD_CORPUS", "")) / "firewall"
_DIALECT = {"nftables": "nftables", "iptables": "iptables", "vyos": "vyos", "configs": "cisco-ios"}
_TEXTS = ("source.ferm", "ip-addr", "ip_addr", "routing2016", "ipmapping", "verified-tool-golden.txt")
FILES = (
    sorted(
        str(path.relative_to(_ROOT))
        for path in _ROOT.rglob("*")
        if path.is_file() and path.parent != _ROOT and path.name not in _TEXTS and "classbench" not in str(path)
    )
    if os.environ.get("NINEFOLD_CORPUS")
    else []
)


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_parses_or_is_refused(name: str) -> None:
    path = corpus("firewall") / name
    try:
        found = parse(path.read_text(encoding="utf-8"), name)
    except NinefoldError as error:
        assert error.message and error.place is not None
        assert path.parts[-2] not in _DIALECT and name.split("/")[0] not in _DIALECT
        return
    wanted = next(dialect for folder, dialect in _DIALECT.items() if f"{folder}/" in f"{name}/")
    assert found.dialect == wanted
    if name.endswith("openstack-edpm-iptables.nft"):
        return
    evaluation = Evaluation(found, space_for(found))
    for hook in ("prerouting", "input", "forward", "output", "postrouting"):
        evaluation.accepted(hook)
        evaluation.translations(hook, {})
