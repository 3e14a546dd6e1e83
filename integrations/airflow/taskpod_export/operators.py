"""Finds the tasks of a DAG that run one container, and the operators that a mapped task becomes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .json_values import is_result_of_task
from .notes import Note, task_name

CONVERTED = ("KubernetesPodOperator", "GKEStartPodOperator")
"""The operators that have a message; so have classes of the user's own that derive from them."""


@dataclass(frozen=True)
class Found:
    """A task to export: its operator, and its index if it is one of a mapped task's."""

    operator: Any
    map_index: int | None = None


def find_tasks(dag: Any, notes: list[Note]) -> Iterator[Found]:
    """Yield the tasks of a DAG that can be exported. What is a Pod but cannot be is told in the notes."""
    for task in sorted(dag.tasks, key=lambda task: task.task_id):
        cls = task.operator_class if _is_mapped(task) else type(task)
        if not isinstance(cls, type) or not _is_pod_operator(cls):
            continue
        reason = _not_convertible(cls)
        if reason is not None:
            notes.append(Note("error", task_name(task), reason))
        elif _is_mapped(task):
            yield from _indexes(task, notes)
        elif _mapped_group(task) is not None:
            notes.append(Note("error", task_name(task), f"is in a mapped task group: {PER_ELEMENT}"))
        else:
            yield Found(task)


PER_ELEMENT = "its messages depend on a run; publish one message for each element, with map_index"


def provider_class(cls: type) -> type:
    """Return the operator of a provider that a class is, or derives from."""
    return next(base for base in cls.__mro__ if base.__module__.startswith("airflow.providers."))


def _is_mapped(task: Any) -> bool:
    return type(task).__name__ == "MappedOperator"


def _is_pod_operator(cls: type) -> bool:
    return any(base.__name__ == "KubernetesPodOperator" for base in cls.__mro__)


def _not_convertible(cls: type) -> str | None:
    base = provider_class(cls)
    if any("Decorated" in part.__name__ for part in cls.__mro__):
        name = getattr(cls, "custom_operator_name", "@task.kubernetes")
        return (
            f"{name} runs a Python function of the DAG, which is not in the image: put it into a script of "
            "an image, and name that in cmds and arguments"
        )
    if base.__name__ not in CONVERTED:
        return f"{base.__name__} does more than run one Pod: export a KubernetesPodOperator in its place"
    return None


def _mapped_group(task: Any) -> Any:
    find = getattr(task, "get_closest_mapped_task_group", None) or task.iter_mapped_task_groups
    found = find()
    return found if found is None or hasattr(found, "group_id") else next(iter(found), None)


def _indexes(task: Any, notes: list[Note]) -> Iterator[Found]:
    elements = _elements(task.expand_input.value)
    if elements is None or _mapped_group(task) is not None:
        notes.append(Note("error", task_name(task), f"is mapped over a result: {PER_ELEMENT}"))
        return
    for index, kwargs in enumerate(elements):
        operator = task.unmap(kwargs)
        yield Found(operator, index)


def _elements(value: Any) -> list[dict[str, Any]] | None:
    """Return each index's arguments, the last list counting fastest; None if only a run knows them."""
    if isinstance(value, (list, tuple)):
        return (
            None if any(not isinstance(item, Mapping) for item in value) else [dict(item) for item in value]
        )
    if not isinstance(value, Mapping) or any(_needs_run(items) for items in value.values()):
        return None
    lists = [list(items.items()) if isinstance(items, Mapping) else list(items) for items in value.values()]
    return [dict(zip(value, combination, strict=True)) for combination in itertools.product(*lists)]


def _needs_run(items: Any) -> bool:
    return is_result_of_task(items) or type(items).__name__ == "MappedArgument"
