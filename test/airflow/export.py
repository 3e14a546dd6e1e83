"""Runs the exporter as people do, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = HERE.parent.parent / "integrations" / "airflow"


def export(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return subprocess.run(
        [sys.executable, "-m", "taskpod_export", *arguments],
        cwd=HERE / "dags",
        env={**inherited, "HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(PACKAGE), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
