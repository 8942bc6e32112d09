"""How quick a long load is was read off one checkpoint of two: that of the second lane begins in the middle of the rows,
so half of the load seemed to take no time at all, and the other half twice its time."""

import pytest
from psycopg.types.json import Jsonb

from benchmarks.embeddings_long import TENTHS, Look, count_loaded, tenths
from engine.database import Database


async def test_two_lanes_are_as_far_as_both_have_counted(database: Database) -> None:
    parts = {"embed:public.job<-s#1/2": (1_999, 2_000), "embed:public.job<-s#2/2": (502_499, 2_500)}
    async with database.transaction() as connection:
        for stream, (at, inserted) in parts.items():
            position = Jsonb({"at": at, "inserted": inserted})
            await connection.execute(
                "insert into stream_checkpoint (stream, position) values (%s, %s)", (stream, position)
            )
        await connection.execute(
            "insert into stream_checkpoint (stream, position) values ('embed:public.job<-s', '{}')"
        )

    assert await count_loaded(database) == 4_500


def test_an_even_load_has_even_tenths_wherever_it_was_looked_at() -> None:
    looks = [Look(0, 10.0, 1.0), Look(70, 10.7, 1.14), Look(700, 17.0, 2.4), Look(1_000, 20.0, 3.0)]

    assert tenths(looks, "clock") == pytest.approx([1.0] * TENTHS)
    assert tenths(looks, "processor") == pytest.approx([0.2] * TENTHS)
