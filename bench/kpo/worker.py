"""Runs KubernetesPodOperator tasks as a worker of Airflow does: each in a process that is forked for it.

The operator is imported once, before the first fork. Each line of standard input is an order, a JSON object
with "id", "log_file" and the operator's "arguments". Each line of standard output is JSON too: first what
the start has used, then one report for each order. Times are milliseconds since the epoch.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from airflow.providers.cncf.kubernetes import __version__ as provider_version
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.utils import pod_manager
from airflow.sdk.log import configure_logging, reset_logging
from airflow.version import version as airflow_version

REPORTS = os.dup(1)
"""Where reports go. What is printed otherwise goes to standard error."""


class TimedOperator(KubernetesPodOperator):
    """The operator as it is; it only notes when it has read the result."""

    read_ms = 0.0

    def extract_xcom(self, *args: Any, **kwargs: Any) -> Any:
        """Read the result, and note when that was done."""
        result = super().extract_xcom(*args, **kwargs)
        self.read_ms = now_ms()
        return result


def main() -> None:
    """Take orders until standard input ends."""
    os.dup2(2, 1)
    # Nobody waits for the children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    say({**used(), "airflow": airflow_version, "provider": provider_version})
    for line in sys.stdin:
        order = json.loads(line)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            say(run(order))
            os._exit(0)


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Execute one task, and tell what it gave and used."""
    log_to(order["log_file"])
    report: dict[str, Any] = {"id": order["id"]}
    execs = count_execs()
    try:
        operator = TimedOperator(**order["arguments"])
        value = operator.execute(context(operator.task_id))
        times = {"ended_ms": now_ms(), "read_ms": operator.read_ms}
        report |= {**times, "value": value, "execs": execs()}
    except Exception as error:
        report |= {"error": f"{type(error).__name__}: {error}"[:500]}
    return report | used()


def count_execs() -> Callable[[], int]:
    """Count calls of exec: they alone carry no user agent, by which an audit log tells whose a call is."""
    open_stream = pod_manager.kubernetes_stream
    count = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        return open_stream(*args, **kwargs)

    pod_manager.kubernetes_stream = counted
    return lambda: count


def context(task_id: str) -> Any:
    """Give as much of a task's context as the operator looks at."""
    ti = SimpleNamespace(
        dag_id="bench",
        task_id=task_id,
        run_id="bench",
        try_number=1,
        map_index=-1,
        xcom_push=lambda **_: None,
    )
    return {"ti": ti, "run_id": "bench", "dag": SimpleNamespace()}


def log_to(file: str) -> None:
    """Log as a task's process of Airflow does, but into a file instead of to its supervisor."""
    reset_logging()
    output = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o644), "wb", buffering=0)
    configure_logging(json_output=True, output=output, sending_to_supervisor=True)


def used() -> dict[str, float]:
    """Tell what CPU time this process has used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu_s": usage.ru_utime + usage.ru_stime}


def now_ms() -> float:
    """Tell the time."""
    return time.time() * 1000


def say(document: dict[str, Any]) -> None:
    """Write one line at once: a pipe keeps short lines of several processes apart."""
    os.write(REPORTS, json.dumps(document).encode() + b"\n")


if __name__ == "__main__":
    main()
