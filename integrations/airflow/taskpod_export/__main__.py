"""python -m taskpod_export FILE...: prints KubernetesPodOperator tasks of DAG files as Taskpod messages."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any, TextIO

from .dags import load_dags, prepare_environment
from .losses import dag_losses, task_losses
from .message import make_message
from .notes import Note
from .operators import find_tasks

EPILOG = """Prints one message a line; notes and warnings go to stderr. Exit code: 0; 1 if a file cannot be
imported, a task cannot be a message, or --dag and --task choose nothing; 2 for a wrong command line."""


def main() -> int:
    """Run the command; return its exit code."""
    arguments = _parser().parse_args()
    # DAG files and Airflow print what they like: only messages go to stdout.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    prepare_environment((arguments.dags_folder or arguments.files[0].parent).resolve())

    notes: list[Note] = []
    messages = export(arguments, notes)
    if not messages and not any(note.level == "error" for note in notes):
        notes.append(Note("error", ", ".join(map(str, arguments.files)), "no task was found to export"))
    with out:
        _write(messages, notes, arguments, out)
    return 1 if any(note.level == "error" for note in notes) else 0


def export(arguments: argparse.Namespace, notes: list[Note]) -> list[dict[str, Any]]:
    """Return the messages of the tasks that were asked for; put what is to be said of them into the notes."""
    messages = []
    reference: Any = None
    for dag in load_dags(arguments.files, notes):
        if arguments.dag is not None and dag.dag_id != arguments.dag:
            continue
        of_dag: list[Note] = []
        tasks = [found for found in find_tasks(dag, of_dag) if _is_chosen(found.operator, arguments)]
        notes.extend(note for note in of_dag if _is_about(note, dag.dag_id, arguments))
        if tasks:
            notes.extend(dag_losses(dag))
        for found in tasks:
            reference = reference or _reference()
            message = make_message(found, reference, notes)
            messages.append(message)
            new = task_losses(found.operator, message, reference)
            notes.extend(note for note in new if note not in notes)
    return messages


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="taskpod_export", description=__doc__, epilog=EPILOG)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a DAG file")
    parser.add_argument("--dag", metavar="DAG_ID", help="only this DAG")
    parser.add_argument("--task", metavar="TASK_ID", help="only this task")
    parser.add_argument(
        "--dags-folder", type=Path, help="what files import from (default: the first one's folder)"
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--output-dir", type=Path, help="write one file a task: DAG_ID.TASK_ID[.INDEX].json")
    output.add_argument("--json", action="store_true", help="print one document: messages and notes")
    return parser


def _reference() -> Any:
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

    return KubernetesPodOperator(task_id="reference")


def _is_chosen(operator: Any, arguments: argparse.Namespace) -> bool:
    return arguments.task is None or operator.task_id == arguments.task


def _is_about(note: Note, dag_id: str, arguments: argparse.Namespace) -> bool:
    return arguments.task is None or note.where == f"{dag_id}.{arguments.task}"


def _write(
    messages: list[dict[str, Any]], notes: list[Note], arguments: argparse.Namespace, out: TextIO
) -> None:
    if arguments.json:
        document = {"messages": messages, "notes": [vars(note) for note in notes]}
        out.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        return
    for note in notes:
        print(note, file=sys.stderr)
    for message in messages:
        if arguments.output_dir is None:
            out.write(json.dumps(message, ensure_ascii=False) + "\n")
        else:
            out.write(f"{_write_file(arguments.output_dir, message)}\n")


def _write_file(folder: Path, message: dict[str, Any]) -> Path:
    parts = [message["dag_id"], message["task_id"], message.get("map_index")]
    name = ".".join(re.sub(r"[^\w.-]", "_", str(part)) for part in parts if part is not None)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps(message, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
