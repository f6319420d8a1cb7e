"""What the two Python clients share: the records, the comparison, and one JSON line per scenario."""

import json
import sys
import time

PARTITIONS = 3
RECORDS = 200
WAIT_S = 40
BASE_TIMESTAMP = int(time.time() * 1000) - 600_000


def timestamp(i):
    return BASE_TIMESTAMP + i * 10


def key(i):
    return None if i % 7 == 0 else b"key-%d" % i


def value(i, nulls=True):
    if i % 11 == 3:
        return None if nulls or i % 7 != 0 else b""
    return bytes((i * 31 + j * 7 + (j >> 5)) & 0xFF for j in range(i * 37 % 1500))


def headers(i, nulls=True):
    result = [("n", b"h%d" % i), ("empty", b"")]
    return result + [("null", None)] if nulls and i % 5 == 0 else result


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def compare(records, nulls=True):
    """
    Every record once, in the order of its partition. A record is (partition, offset, timestamp, key, value, headers).
    Without nulls no header is null, and no record has neither key nor value: kafka-python cannot write those.
    """
    check(len(records) == RECORDS, f"read {len(records)} records instead of {RECORDS}")
    seen = [0] * PARTITIONS
    for partition, offset, stamp, record_key, record_value, record_headers in records:
        i = seen[partition] * PARTITIONS + partition
        seen[partition] += 1
        name = f"record {i} at {partition}@{offset}"
        check(offset == i // PARTITIONS, f"{name} stands at another offset")
        check(stamp == timestamp(i), f"{name} has timestamp {stamp}")
        check(record_key == key(i), f"{name} has another key")
        check(record_value == value(i, nulls), f"{name} has another value")
        check(list(record_headers or []) == headers(i, nulls), f"{name} has headers {record_headers}")


def wait_until(condition, message):
    deadline = time.monotonic() + WAIT_S
    while not condition():
        check(time.monotonic() < deadline, message())


def run(scenarios):
    """Runs all, each on its own, and ends the process."""
    failed = False
    for name, body in scenarios:
        started = time.monotonic()
        detail = ""
        try:
            body()
        except BaseException as error:  # the line says what it was; the next scenario still runs
            failed = True
            detail = f"{type(error).__name__}: {error}"
        ms = int((time.monotonic() - started) * 1000)
        print(json.dumps({"scenario": name, "ok": detail == "", "ms": ms, "detail": detail}), flush=True)
    sys.exit(1 if failed else 0)
