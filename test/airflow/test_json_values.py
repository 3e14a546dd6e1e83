"""Values that DAG files hold, as JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import models as k8s
from taskpod_export.json_values import NotJsonError, seconds, to_json


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (0.5, 0.5),
        ("{{ ds }}", "{{ ds }}"),
        (Colour.RED, "red"),
        (("a", "b"), ["a", "b"]),
        ({1: {"a"}}, {"1": ["a"]}),
        (timedelta(minutes=2), 120),
        (timedelta(milliseconds=1500), 1.5),
        (date(2024, 3, 8), "2024-03-08"),
        (datetime(2024, 3, 8, tzinfo=UTC), "2024-03-08T00:00:00+00:00"),
        (Path("/a/b"), "/a/b"),
        (k8s.V1EnvVar(name="A", value=""), {"name": "A", "value": ""}),
        (
            k8s.V1Volume(name="v", host_path=k8s.V1HostPathVolumeSource(path="{{ ds }}")),
            {"name": "v", "hostPath": {"path": "{{ ds }}"}},
        ),
        ({"security": k8s.V1SecurityContext(run_as_user=0)}, {"security": {"runAsUser": 0}}),
    ],
)
def test_to_json(value: Any, expected: Any) -> None:
    assert to_json(value) == expected


@pytest.mark.parametrize("value", [object(), print, b"bytes", [lambda: None], {"a": object()}])
def test_no_json(value: Any) -> None:
    with pytest.raises(NotJsonError, match="cannot be written as JSON"):
        to_json(value)


@pytest.mark.parametrize(("value", "expected"), [(timedelta(seconds=90), 90), (2.0, 2), (2.5, 2.5)])
def test_seconds(value: timedelta | float, expected: float) -> None:
    result = seconds(value)
    assert (result, type(result)) == (expected, type(expected))


def test_literal_is_not_rendered() -> None:
    try:
        from airflow.sdk import literal
    except ImportError:
        from airflow.utils.template import literal
    assert to_json([literal("{{ ds }}"), literal("x"), literal(["{{ a }}", 1])]) == [
        "{% raw %}{{ ds }}{% endraw %}",
        "x",
        ["{% raw %}{{ a }}{% endraw %}", 1],
    ]
