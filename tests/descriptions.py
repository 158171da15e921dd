"""The OpenAPI descriptions in docs/, as JSON Schema."""
from pathlib import Path
from typing import Any

import yaml

_DOCS = Path(__file__).resolve().parents[1] / "docs"


def described(document: str, name: str) -> dict[str, Any]:
    """The schema `name` of an OpenAPI description, which says `nullable` where JSON Schema has another type."""
    api = yaml.safe_load((_DOCS / document).read_text(encoding="utf-8"))
    return {"components": _translated(api["components"]), "$ref": f"#/components/schemas/{name}"}


def _translated(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_translated(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _translated(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner
