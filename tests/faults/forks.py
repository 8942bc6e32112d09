"""The server that the processes of all fault tests are forked from: it has imported what they need.

Importing takes longer than all the rest of a worker's start. There is one server for each process of pytest and one list
of what it imports, to which no test may add: a second list would take the place of this one.
"""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "tests.faults.worker",
        "tests.faults.ledger_worker",
        "tests.faults.embed_site",
        "tests.faults.test_scheduler_races",
    ]
)
