"""Chunks that changed no row shared a transaction with the next one, and lost their dead letters when it was refused.

The checkpoint had moved on and counted them, so the rows were neither in a table nor a dead letter.
"""

from typing import Any

import psycopg

from engine.database import Database
from tests.embedding_streams import Fake, Rows, another_instance, ingest, reasons, serving
from tests.requests import Bench

SMALL = {"chunk": {"least": 50, "most": 50}}


async def test_a_dead_letter_is_kept_when_the_chunk_after_it_is_refused(
    database: Database, test_reader_url: str, connection: psycopg.Connection[Any]
) -> None:
    bench, fake = Bench(database, test_reader_url), Fake(Rows.some(150), most=50)
    await bench.set_up()
    async with serving(fake) as address:
        await ingest(bench, address, **SMALL)
        connection.execute("alter table job add check (metadata ->> 'title' <> 'Bad')")
        fake.rows.vectors[60] = fake.rows.vectors[60] * 0
        fake.rows.metadata[110] = '{"title": "Bad"}'
        result = await ingest(await another_instance(connection, bench), address, **SMALL)
    assert (result["unchanged"], result["dead"]) == (148, 2)
    assert sorted(reasons(connection)) == ["row-000060", "row-000110"]
