"""The text form of parameters: what PostgreSQL reads is what Python meant."""

from datetime import timedelta

import pytest
from psycopg.types.json import Jsonb

from engine.wire import as_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (7, b"7"),
        (0.25, b"0.25"),
        ("ab", b"ab"),
        (timedelta(minutes=1, milliseconds=5), b"60.005000 seconds"),
        (Jsonb({"a": [1, None]}), b'{"a": [1, null]}'),
        ([], b"{}"),
        ([1, None, 3], b"{1,NULL,3}"),
        ([0.0, 1.5], b"{0.0,1.5}"),
        ([True, False], b"{True,False}"),
        (["NULL", None, "a,b", "{}", ""], b'{"NULL",NULL,"a,b","{}",""}'),
        (['say "hi"', "back\\slash"], b'{"say \\"hi\\"","back\\\\slash"}'),
    ],
)
def test_a_parameter_is_written_as_postgresql_reads_it(value: object, text: bytes | None) -> None:
    assert as_text(value) == text
