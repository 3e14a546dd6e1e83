"""What a person should know about a task that was exported, or could not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["note", "warning", "error"]


@dataclass(frozen=True)
class Note:
    """One remark. note: nothing is lost; warning: something is not carried over; error: no message."""

    level: Level
    where: str
    """File, `dag_id` or `dag_id.task_id`."""
    text: str

    def __str__(self) -> str:
        """Return the line that a person reads."""
        return f"{self.level}: {self.where}: {self.text}"


def task_name(operator: object) -> str:
    """The name of a task in notes: dag_id.task_id."""
    return f"{getattr(operator, 'dag_id', '?')}.{getattr(operator, 'task_id', '?')}"
