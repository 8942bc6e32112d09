"""Lanes of one attempt were taken for shards: once the data set had changed, every further attempt was refused."""

from typing import Any

import psycopg
import pytest

from engine.database import Database
from runners.base import TransientFailure
from tests.embedding_streams import Fake, Rows, attempt, ids, ingest, serving
from tests.requests import Bench


async def test_a_data_set_that_changes_under_two_lanes_is_begun_anew(
    database: Database, test_reader_url: str, connection: psycopg.Connection[Any]
) -> None:
    bench, fake = Bench(database, test_reader_url), Fake(Rows.some(4_100), most=100)
    await bench.set_up()

    def change(row: int) -> None:
        if row == 1_000:
            fake.version = "v2"

    fake.before = change
    async with serving(fake) as address:
        with pytest.raises(TransientFailure, match='went from version "v1" to "v2"'):
            await attempt(bench, address)
        result = await ingest(bench, address)
    assert (result["version"], result["loaded"], len(ids(connection))) == ("v2", 4_100, 4_100)
