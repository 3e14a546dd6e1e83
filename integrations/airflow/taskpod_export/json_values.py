"""Values of parameters as JSON: Kubernetes' objects in its own camelCase, templates as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from os import PathLike, fspath
from typing import Any


class NotJsonError(Exception):
    """A value that has no JSON form, such as a Python function."""


def to_json(value: Any) -> Any:
    """Return the value as JSON. Raises NotJsonError, with the value's type, where there is no JSON form."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, timedelta):
        return seconds(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, PathLike):
        return fspath(value)
    return _object_to_json(value)


def seconds(value: timedelta | float) -> int | float:
    """Return a duration in seconds: a whole number where it is one."""
    number = value.total_seconds() if isinstance(value, timedelta) else value
    return int(number) if number == int(number) else number


def _object_to_json(value: Any) -> Any:
    if hasattr(value, "attribute_map") and hasattr(value, "openapi_types"):
        return _kubernetes_to_json(value)
    if hasattr(value, "deploy_type") and hasattr(value, "deploy_target"):
        return _secret_to_json(value)
    if callable(getattr(value, "to_k8s_client_obj", None)):
        return to_json(value.to_k8s_client_obj())
    if is_result_of_task(value):
        return str(value)
    if type(value).__name__ == "LiteralValue":
        return _literal(value.value)
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [to_json(item) for item in value]
    raise NotJsonError(f"a value of the type {type(value).__name__} cannot be written as JSON")


def _kubernetes_to_json(model: Any) -> dict[str, Any]:
    """Do what kubernetes.client's sanitize_for_serialization does, with templates in any place."""
    given = {name: getattr(model, name) for name in model.openapi_types}
    return {model.attribute_map[name]: to_json(value) for name, value in given.items() if value is not None}


def _secret_to_json(secret: Any) -> dict[str, Any]:
    fields = ("deploy_type", "deploy_target", "secret", "key", "items")
    given = {name: getattr(secret, name, None) for name in fields}
    return {name: to_json(value) for name, value in given.items() if value not in (None, [])}


def is_result_of_task(value: Any) -> bool:
    """Tell whether a value is another task's result (XComArg), whose text is the template that pulls it."""
    return any(cls.__name__ == "XComArg" for cls in type(value).__mro__)


def _literal(value: Any) -> Any:
    """Airflow renders no template in literal(...): Jinja's own way to say so is a raw block."""
    if isinstance(value, str):
        return f"{{% raw %}}{value}{{% endraw %}}" if "{" in value else value
    if isinstance(value, (list, tuple)):
        return [_literal(item) for item in value]
    return to_json(value)
