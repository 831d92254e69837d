"""Writes docs/reference/workspace.md and docs/reference/schema/*.json from the model."""

from __future__ import annotations

import json
from pathlib import Path

from ninefold.workspace.schema import reference, schemas

ROOT = Path(__file__).resolve().parent.parent


def files() -> dict[str, str]:
    """Name below ``docs/reference`` -> content."""
    texts = {name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in schemas().items()}
    return {"workspace.md": reference(), **{f"schema/{name}": text for name, text in texts.items()}}


if __name__ == "__main__":
    for name, content in files().items():
        path = ROOT / "docs/reference" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
