"""A program knows an older database by the revision of its schema; so no change of schema.sql may keep the revision."""

import hashlib

from engine.schema import revision, schema_sql

REVISION = 4
FINGERPRINT = "4236ed41f0030ef8"


def test_a_changed_schema_has_a_revision_of_its_own() -> None:
    fingerprint = hashlib.sha256(schema_sql().encode()).hexdigest()[:16]
    assert (revision(), fingerprint) == (REVISION, FINGERPRINT), (
        "schema.sql has changed: raise what schema_revision() returns at its end, and write both here"
    )
