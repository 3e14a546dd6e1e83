"""The messages of the DAG files in dags/, compared with messages.json, and the command around them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export import HERE, export

FILES = ["composer_page.py", "everything.py", "layers.py", "mapped.py", "chained.py"]


def test_messages_and_notes(tmp_path: Path) -> None:
    result = export(*FILES, "--json", home=tmp_path)
    assert json.loads(result.stdout) == json.loads((HERE / "messages.json").read_text())
    assert (result.returncode, result.stderr) == (1, "")
    assert not (tmp_path / "airflow").exists(), "Airflow's own folder at home"


def test_one_message_a_line_and_notes_on_stderr(tmp_path: Path) -> None:
    result = export("chained.py", "--dag", "chained", "--task", "produce", home=tmp_path)
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"dag_id": "chained", "task_id": "produce", "image": "busybox", "do_xcom_push": True}
    ]
    assert result.stderr.splitlines() == [
        "note: chained: schedule 0 6 * * *: let Cloud Scheduler publish (docs/migrate-from-airflow.md)",
        "note: chained.produce: ran after wait: let the events topic start it (docs/migrate-from-airflow.md)",
        "warning: chained.produce: waited for the sensor wait: publish the message when it happens",
    ]
    assert result.returncode == 0


def test_one_file_a_task(tmp_path: Path) -> None:
    folder = tmp_path / "messages"
    result = export("mapped.py", "--task", "kwargs", "--output-dir", str(folder), home=tmp_path)
    names = ["mapped.kwargs.0.json", "mapped.kwargs.1.json"]
    assert result.stdout.splitlines() == [str(folder / name) for name in names]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert json.loads((folder / names[1]).read_text()) == {
        "dag_id": "mapped",
        "task_id": "kwargs",
        "map_index": 1,
        "name": "second",
        "image": "alpine",
        "cmds": ["date"],
    }
    assert result.returncode == 0


def test_file_that_does_not_import_and_one_that_does(tmp_path: Path) -> None:
    result = export("broken.py", "layers.py", "--task", "false", home=tmp_path)
    assert result.stderr.splitlines() == [
        f"error: {HERE / 'dags' / 'broken.py'}: cannot be imported: ModuleNotFoundError: No module named "
        "'no_such_package_anywhere'. Install what it imports beside Airflow, or name the folder it imports "
        "from with --dags-folder"
    ]
    assert [json.loads(line)["task_id"] for line in result.stdout.splitlines()] == ["false"]
    assert result.returncode == 1


def test_variable_that_is_read_at_import(tmp_path: Path) -> None:
    without = export("needs_variable.py", home=tmp_path)
    assert "set AIRFLOW_VAR_<NAME> or AIRFLOW_CONN_<ID>, and try again" in without.stderr
    assert (without.stdout, without.returncode) == ("", 1)

    given = export("needs_variable.py", home=tmp_path, AIRFLOW_VAR_IMAGE="busybox")
    assert json.loads(given.stdout) == {"dag_id": "needs_variable", "task_id": "hello", "image": "busybox"}
    assert (given.stderr, given.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["layers.py", "--dag", "none"], "error: layers.py: no task was found to export"),
        (["absent.py"], "error: absent.py: there is no such file"),
    ],
)
def test_nothing_to_export(arguments: list[str], problem: str, tmp_path: Path) -> None:
    result = export(*arguments, home=tmp_path)
    assert (result.stdout, result.stderr.splitlines(), result.returncode) == ("", [problem], 1)
