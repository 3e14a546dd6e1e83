"""Finds what of a task and its DAG is not in the message, and says what to use in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .notes import Level, Note, task_name
from .operators import provider_class

EVENTS = "subscribe to the events topic (docs/events.md)"
ORDER = "let the events topic start it (docs/migrate-from-airflow.md)"
IDENTITY = "the cluster is called as Taskpod's own service account: grant it the access"
ONE_TASK = "Taskpod starts each task as soon as its message comes; limit it where the messages are published"

LOST: dict[str, tuple[Level, str]] = {
    "callbacks": ("warning", f"are not called: {EVENTS}"),
    "_progress_callback": (
        "warning",
        "is not called: read the log with `taskpod logs --follow`",
    ),
    "on_execute_callback": ("warning", f"is not called: {EVENTS}"),
    "on_failure_callback": ("warning", f"is not called: {EVENTS}"),
    "on_success_callback": ("warning", f"is not called: {EVENTS}"),
    "on_retry_callback": ("warning", f"is not called: {EVENTS}"),
    "on_skipped_callback": ("warning", f"is not called: {EVENTS}"),
    "_pre_execute_hook": ("warning", "is not called: put it into the image"),
    "_post_execute_hook": ("warning", f"is not called: {EVENTS}"),
    "email": ("warning", f"nobody is written to: {EVENTS}"),
    "sla": ("warning", f"is not watched: {EVENTS}"),
    "log_formatter": ("warning", "is not called: lines are kept as the container wrote them"),
    "trigger_rule": ("warning", f"has no meaning for one task: {ORDER}"),
    "depends_on_past": ("warning", f"has no meaning for one task: {ORDER}"),
    "wait_for_downstream": ("warning", f"has no meaning for one task: {ORDER}"),
    "inlets": ("warning", "assets are not known here: leave them out"),
    "outlets": ("warning", f"assets are not updated: {EVENTS}"),
    "retry_policy": ("warning", "is not asked: use retry_on and no_retry_on"),
    "run_as_user": ("warning", "use security_context or container_security_context"),
    "config_file": (
        "warning",
        "there is no file here: name the cluster by kubernetes_conn_id or cluster_name",
    ),
    "random_name_suffix": ("note", "a name always ends with a hash of the attempt"),
    "in_cluster": ("warning", "the cluster is that of the deployment or of kubernetes_conn_id"),
    "gcp_conn_id": (
        "warning",
        IDENTITY,
    ),
    "impersonation_chain": (
        "warning",
        IDENTITY,
    ),
    "max_active_tis_per_dag": ("warning", ONE_TASK),
    "max_active_tis_per_dagrun": ("warning", ONE_TASK),
    "pool": ("warning", ONE_TASK),
    "priority_weight": ("note", ONE_TASK),
    "executor_config": ("note", "no Airflow worker is needed: leave it out"),
    "queue": ("note", "no Airflow worker is needed: leave it out"),
    "deferrable": ("note", "every task waits without a worker: leave it out"),
    "trigger_kwargs": ("note", "there is no trigger: leave it out"),
    "logging_interval": ("note", "logs are followed all the time: leave it out"),
    "poll_interval": ("note", "nothing is polled: leave it out"),
    "startup_check_interval_seconds": ("note", "nothing is polled: leave it out"),
    "base_container_status_polling_interval": ("note", "nothing is polled: leave it out"),
    "use_internal_ip": ("note", "the way to the cluster is the deployment's"),
    "use_dns_endpoint": ("note", "the way to the cluster is the deployment's"),
    "durable": ("note", "a Pod is always found again: leave it out"),
    "log_events_on_startup": ("note", "events are always kept: leave it out"),
    "container_name_log_prefix_enabled": ("note", "each container has a log of its own: leave it out"),
}
"""Attributes that differ from an operator's default, and what to say. GKE_DEFAULTS has GKE's own defaults."""

COMPOSERS_CONFIG_FILE = "/home/airflow/composer_kube_config"
"""The cluster of the environment, as Composer's own examples name it: nothing is lost without it."""

GKE_DEFAULTS: dict[str, Any] = {
    "gcp_conn_id": "google_cloud_default",
    "impersonation_chain": None,
    "use_internal_ip": False,
    "use_dns_endpoint": False,
}


def task_losses(operator: Any, message: dict[str, Any], reference: Any) -> Iterator[Note]:
    """Yield what a task loses, or what a person has to do for it."""
    where = task_name(operator)
    for name, (level, text) in LOST.items():
        default = GKE_DEFAULTS[name] if name in GKE_DEFAULTS else getattr(reference, name, None)
        if getattr(operator, name, default) not in (default, COMPOSERS_CONFIG_FILE):
            yield Note(level, where, f"{name.lstrip('_')}: {text}")
    yield from _own_code(operator, where)
    yield from _templates(operator, message, where)
    yield from _upstream(operator, where)
    yield from _files(message, where)


def _own_code(operator: Any, where: str) -> Iterator[Note]:
    cls = type(operator)
    own = cls.__mro__[: cls.__mro__.index(provider_class(cls))]
    names = sorted(
        {name for base in own for name, part in vars(base).items() if callable(part)} - {"__init__"}
    )
    if names:
        yield Note(
            "warning", where, f"{cls.__name__} has code of its own, which does not run: {', '.join(names)}"
        )


def _templates(operator: Any, message: dict[str, Any], where: str) -> Iterator[Note]:
    dag = operator.dag
    expressions = " ".join(re.findall(r"\{[{%].*?[%}]\}", str(message), re.DOTALL))
    for kind in ("user_defined_macros", "user_defined_filters"):
        for name in sorted(getattr(dag, kind, None) or {}):
            if re.search(rf"\b{re.escape(name)}\b", expressions):
                yield Note("warning", where, f"{name}: one of the DAG's {kind}: use params in its place")
    if re.search(r"\{%-?\s*(include|import|from|extends)\b", expressions):
        yield Note("warning", where, "a template includes a file: write its text into the message")


def _upstream(operator: Any, where: str) -> Iterator[Note]:
    upstream = sorted(operator.upstream_task_ids)
    if upstream:
        yield Note("note", where, f"ran after {', '.join(upstream)}: {ORDER}")
    for task_id in upstream:
        if any(cls.__name__ == "BaseSensorOperator" for cls in type(operator.dag.get_task(task_id)).__mro__):
            yield Note(
                "warning", where, f"waited for the sensor {task_id}: publish the message when it happens"
            )


def _files(message: dict[str, Any], where: str) -> Iterator[Note]:
    if "pod_template_file" in message:
        file = message["pod_template_file"]
        text = f"pod_template_file: copy {file} to where Taskpod reads it (docs/parameters.md)"
        yield Note("warning", where, text)


def dag_losses(dag: Any) -> Iterator[Note]:
    """Yield what is the DAG's and not the task's: its schedule, its callbacks, how it renders."""
    schedule = getattr(dag, "schedule_interval", None) or getattr(dag, "schedule", None)
    if schedule is not None and type(schedule).__name__ not in ("NullTimetable", "ArgNotSet"):
        summary = getattr(getattr(dag, "timetable", None), "summary", None) or schedule
        yield Note(
            "note",
            dag.dag_id,
            f"schedule {summary}: let Cloud Scheduler publish (docs/migrate-from-airflow.md)",
        )
    for name in ("on_success_callback", "on_failure_callback", "sla_miss_callback"):
        if getattr(dag, name, None):
            yield Note("warning", dag.dag_id, f"{name}: is not called: {EVENTS}")
    if getattr(dag, "dagrun_timeout", None) is not None:
        yield Note("warning", dag.dag_id, "dagrun_timeout: use execution_timeout_seconds of each task")
    if getattr(dag, "render_template_as_native_obj", False):
        yield Note("warning", dag.dag_id, "render_template_as_native_obj: templates give text here")
