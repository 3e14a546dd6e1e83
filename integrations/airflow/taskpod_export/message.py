"""Makes the Taskpod message of an operator."""

from __future__ import annotations

from typing import Any

from .json_values import NotJsonError, seconds, to_json
from .notes import Note, task_name
from .operators import Found

SAME = (
    "project_id",
    "location",
    "cluster_name",
    "kubernetes_conn_id",
    "cluster_context",
    "namespace",
    "name",
    "image",
    "cmds",
    "arguments",
    "env_vars",
    "env_from",
    "configmaps",
    "secrets",
    "pod_runtime_info_envs",
    "ports",
    "volumes",
    "volume_mounts",
    "container_resources",
    "image_pull_policy",
    "container_security_context",
    "termination_message_policy",
    "base_container_name",
    "labels",
    "annotations",
    "pod_template_file",
    "pod_template_dict",
    "full_pod_spec",
    "init_containers",
    "service_account_name",
    "automount_service_account_token",
    "image_pull_secrets",
    "security_context",
    "affinity",
    "node_selector",
    "tolerations",
    "priority_class_name",
    "runtime_class_name",
    "schedulername",
    "hostnetwork",
    "host_aliases",
    "hostname",
    "subdomain",
    "dnspolicy",
    "dns_config",
    "termination_grace_period",
    "get_logs",
    "container_logs",
    "init_container_logs",
    "do_xcom_push",
    "xcom_sidecar_container_security_context",
    "startup_timeout_seconds",
    "schedule_timeout_seconds",
    "active_deadline_seconds",
    "on_finish_action",
    "on_kill_action",
    "skip_on_exit_code",
    "log_events_on_failure",
    "log_pod_spec_on_failure",
)
"""Parameters that Taskpod takes under the same name, in the order in which they are printed."""

LAYERS = ("pod_template_file", "pod_template_dict", "full_pod_spec")
AIRFLOWS_RETRY_DELAY = 300


def make_message(found: Found, reference: Any, notes: list[Note]) -> dict[str, Any]:
    """Return the message of a task: what differs from `reference`, an operator to which nothing was given."""
    operator = found.operator
    message: dict[str, Any] = {"dag_id": operator.dag_id, "task_id": operator.task_id}
    if found.map_index is not None:
        message["map_index"] = found.map_index
    for name in SAME:
        if _is_given(operator, reference, name):
            _put(message, name, _value(operator, name), task_name(operator), notes)
    _put_retries(message, operator, notes)
    _put_params(message, operator, notes)
    return message


def _is_given(operator: Any, reference: Any, name: str) -> bool:
    value = _value(operator, name)
    if name == "schedule_timeout_seconds":
        return value != operator.startup_timeout_seconds
    if value is None or value == _value(reference, name):
        return False
    # Over a template, KPO has no effect for what is false; here an explicit false, 0, "" or [] would win.
    return bool(value) or not any(getattr(operator, layer, None) for layer in LAYERS)


def _value(operator: Any, name: str) -> Any:
    # The property answers with the base container's name where nothing was given.
    value = getattr(operator, "_container_logs" if name == "container_logs" else name, None)
    if name == "skip_on_exit_code" and value is not None:
        return sorted(value)
    return value


def _put(message: dict[str, Any], name: str, value: Any, where: str, notes: list[Note]) -> None:
    try:
        message[name] = to_json(value)
    except NotJsonError as problem:
        notes.append(Note("warning", where, f"{name} is left out: {problem}"))


def _put_retries(message: dict[str, Any], operator: Any, notes: list[Note]) -> None:
    if operator.retries:
        message["retries"] = operator.retries
        if seconds(operator.retry_delay) != AIRFLOWS_RETRY_DELAY:
            message["retry_delay_seconds"] = _whole(operator.retry_delay)
        if operator.retry_exponential_backoff:
            message["retry_exponential_backoff"] = True
            if operator.retry_exponential_backoff not in (True, 2):
                factor = operator.retry_exponential_backoff
                text = f"the delay of a retry doubles here; it was multiplied by {factor}"
                notes.append(Note("warning", task_name(operator), text))
        if operator.max_retry_delay is not None:
            message["max_retry_delay_seconds"] = _whole(operator.max_retry_delay)
    if operator.execution_timeout is not None:
        message["execution_timeout_seconds"] = _whole(operator.execution_timeout)


def _whole(duration: Any) -> int:
    """Taskpod takes whole seconds, at least one."""
    return max(1, round(seconds(duration)))


def _put_params(message: dict[str, Any], operator: Any, notes: list[Note]) -> None:
    params = operator.params.dump()
    if not params:
        return
    _put(message, "params", params, task_name(operator), notes)
    for name, param in operator.params.items():
        if getattr(param, "has_value", True) is False and params[name] is None:
            text = f"params.{name} has no default: give its value in the message"
            notes.append(Note("warning", task_name(operator), text))
