"""The same work in DBOS: prints one line of JSON with steps per second. Run as a process of its own."""

import asyncio
import json
import sys
import time

from dbos import DBOS, DBOSConfig

CHAIN = 500
FAN_OUT = 500
INSTANCES = 200


@DBOS.step()
def noop(number: int) -> int:
    return number


@DBOS.step()
async def async_noop(number: int) -> int:
    return number


@DBOS.workflow()
def chain(count: int) -> int:
    for number in range(count):
        noop(number)
    return count


@DBOS.workflow()
async def fan_out(count: int) -> int:
    await asyncio.gather(*(async_noop(number) for number in range(count)))
    return count


def main() -> None:
    config: DBOSConfig = {"name": "bench", "system_database_url": sys.argv[1], "run_admin_server": False}
    DBOS(config=config)
    DBOS.launch()
    chain(10)
    rates = {"chain": _chain(), "fan_out": asyncio.run(_fan_out()), "instances": _instances()}
    DBOS.destroy()
    print(json.dumps(rates))


def _chain() -> float:
    began = time.perf_counter()
    chain(CHAIN)
    return CHAIN / (time.perf_counter() - began)


async def _fan_out() -> float:
    began = time.perf_counter()
    await fan_out(FAN_OUT)
    return FAN_OUT / (time.perf_counter() - began)


def _instances() -> float:
    began = time.perf_counter()
    handles = [DBOS.start_workflow(chain, 3) for _ in range(INSTANCES)]
    for handle in handles:
        handle.get_result()
    return INSTANCES * 3 / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
