"""Lets tests import the exporter."""

from __future__ import annotations

import os
import sys
import tempfile

from export import PACKAGE

sys.path.insert(0, str(PACKAGE))
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="taskpod-airflow-"))
