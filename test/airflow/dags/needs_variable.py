"""A DAG file that reads a variable while it is imported."""

from datetime import datetime

from airflow import DAG
from airflow.models import Variable
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

with DAG(dag_id="needs_variable", schedule=None, start_date=datetime(2024, 1, 1)):
    KubernetesPodOperator(task_id="hello", image=Variable.get("image"))
