"""Variables that look like settings: what is read by somebody is no news, what is read by nobody is said."""

import re
from pathlib import Path

import pytest

from engine.variables import unread
from services.cache.settings import CacheSettings
from services.embedding_server.settings import EmbeddingServerSettings
from services.graphql.settings import GraphqlSettings
from services.http.settings import HttpSettings

SERVICES = (CacheSettings, EmbeddingServerSettings, GraphqlSettings, HttpSettings)

ROOT = Path(__file__).parents[2]
FOLDERS = ["benchmarks", "definitions", "deploy", "docs", "engine", "runners", "services"]
CONSOLE = ROOT / "services" / "console" / "app"
"""Built by a tool of its own, which has variables of its own."""
TEXTS = (".md", ".py", ".service", ".sql", ".yaml")


def _named() -> set[str]:
    """Every variable that the code, the documentation or the deployment names."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    texts = [path.read_text("utf-8") for path in files if CONSOLE not in path.parents]
    return {name for text in texts for name in re.findall(r"BATCHDAG_[A-Z0-9_]+(?<!_)\b", text)}


def test_every_variable_that_is_spoken_of_is_known() -> None:
    named = _named()
    assert {"BATCHDAG_LEASE_SECONDS", "BATCHDAG_REDIS_URL", "BATCHDAG_HTTP_READ_SECONDS"} <= named
    assert list(unread(named)) == []


def test_who_reads_the_settings_of_a_service_knows_all_that_is_spoken_of() -> None:
    assert list(unread(_named(), also=SERVICES)) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("BATCHDAG_HTTP_READ", ' (did you mean "BATCHDAG_HTTP_READ_SECONDS"?)'),
        ("BATCHDAG_GRAPHQL_MAX_DETPH", ' (did you mean "BATCHDAG_GRAPHQL_MAX_DEPTH"?)'),
        ("BATCHDAG_CACHE_ENTRYS", ' (did you mean "BATCHDAG_CACHE_ENTRIES"?)'),
        ("batchdag_embedding_server_tokn", ' (did you mean "BATCHDAG_EMBEDDING_SERVER_TOKEN"?)'),
        ("BATCHDAG_CACHE_REDIS_URL", ' (did you mean "BATCHDAG_REDIS_URL"?)'),
    ],
)
def test_a_misspelt_variable_of_a_service_is_told_by_who_reads_it_and_by_nobody_else(name: str, hint: str) -> None:
    assert list(unread([name, "BATCHDAG_REDIS_URL", "BATCHDAG_SECRET_X"], also=SERVICES)) == [(name, hint)]
    assert list(unread([name])) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("BATCHDAG_LEASE", ' (did you mean "BATCHDAG_LEASE_SECONDS"?)'),
        ("BATCHDAG_DATABASE_ULR", ' (did you mean "BATCHDAG_DATABASE_URL"?)'),
        ("batchdag_concurency", ' (did you mean "BATCHDAG_CONCURRENCY"?)'),
        ("BATCHDAG_XYZZY", ""),
    ],
)
def test_a_variable_that_nobody_reads_is_told_with_what_it_may_have_been_meant_for(name: str, hint: str) -> None:
    others = ["PATH", "HOME", "BATCHDAG_HOME", "batchdag_pool_size", "BATCHDAG_SECRET_X", "BATCHDAG_TEST_STEPS"]
    assert list(unread([name, *others])) == [(name, hint)]
