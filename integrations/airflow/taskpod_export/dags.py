"""Loads DAG files with the Airflow that is installed, 2 or 3, as its DAG processor does."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .notes import Note


def prepare_environment(dags_folder: Path) -> None:
    """Set what Airflow reads when it is imported, where the user has not. Call it before anything else."""
    defaults = {
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags_folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        # The first file waits for Airflow's own imports, too.
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "600",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
        # Without it, Airflow 2 warns of its own metrics.
        "AIRFLOW__METRICS__TIMER_UNIT_CONSISTENCY": "True",
    }
    if "AIRFLOW_HOME" not in os.environ and not (Path.home() / "airflow").exists():
        # Airflow writes its configuration at import: not into the home of somebody who has none there.
        defaults["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="taskpod-airflow-")
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    sys.path.insert(0, str(dags_folder))
    warnings.simplefilter("ignore")


def load_dags(files: list[Path], notes: list[Note]) -> Iterator[Any]:
    """Yield the DAGs of the files, by their ids. A file that does not import is an error in the notes."""
    bag = _dag_bag()
    for file in files:
        if not file.is_file():
            notes.append(Note("error", str(file), "there is no such file"))
            continue
        bag.process_file(str(file.resolve()), only_if_updated=False, safe_mode=False)
    for path, text in bag.import_errors.items():
        notes.append(Note("error", path, _import_problem(str(text))))
    for dag_id in sorted(bag.dags):
        yield bag.dags[dag_id]


def _dag_bag() -> Any:
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models.dagbag import DagBag
    return DagBag(dag_folder=os.devnull, collect_dags=False)


def _import_problem(traceback: str) -> str:
    lines = [line.strip() for line in traceback.splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]+: ", line)]
    return f"cannot be imported: {(raised or lines)[-1]}. {_advice(traceback)}"


def _advice(traceback: str) -> str:
    if "ModuleNotFoundError" in traceback or "ImportError" in traceback:
        return "Install what it imports beside Airflow, or name the folder it imports from with --dags-folder"
    if any(sign in traceback for sign in ("AirflowNotFoundException", "no such table", "Variable ")):
        return (
            "It reads a variable or a connection: set AIRFLOW_VAR_<NAME> or AIRFLOW_CONN_<ID>, and try again"
        )
    return "Mend the file: `python FILE` shows the whole traceback"
