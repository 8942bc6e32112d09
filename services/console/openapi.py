"""Writes the OpenAPI document of the HTTP API, from which the console's types are made. Needs no database.

``python -m services.console.openapi > openapi.json``; with every extra installed, as in CI, it is the same everywhere.
"""

import json
import sys

from engine.app import Engine
from engine.database import Database
from engine.settings import Settings
from services.http.app import build
from services.http.routes.document import document
from services.http.settings import HttpSettings


def words() -> str:
    """Return the document as JSON, in an order that does not change by itself."""
    engine = Engine(Settings(), Database("postgresql://"), reader=None, make_store=None)
    described = document(build(engine, HttpSettings()))
    described["info"]["version"] = "0"  # a release alone changes no type
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(words())
