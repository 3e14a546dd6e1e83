"""Tasks that come after others: a sensor, a result, a function, an own class, a Job."""

import time
from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.providers.cncf.kubernetes.operators.job import KubernetesJobOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.sdk import BaseSensorOperator
except ImportError:
    from airflow.sensors.base import BaseSensorOperator


class FileSensor(BaseSensorOperator):
    def poke(self, context):
        return time.time() > 0


class TeamPodOperator(KubernetesPodOperator):
    """What many teams have: a base class with the settings of their own."""

    def __init__(self, *, team, **kwargs):
        super().__init__(image=f"registry.example.com/{team}:1", labels={"team": team}, **kwargs)

    def on_kill(self):
        super().on_kill()


with DAG(dag_id="chained", schedule="0 6 * * *", start_date=datetime(2024, 1, 1), catchup=False):

    @task.kubernetes_cmd(image="busybox")
    def made_command():
        return ["echo", "hello"]

    @task.kubernetes(image="python:3.12")
    def in_a_pod():
        return 1

    @task
    def numbers():
        return ["1", "2"]

    wait = FileSensor(task_id="wait")
    produce = KubernetesPodOperator(task_id="produce", image="busybox", do_xcom_push=True)
    consume = TeamPodOperator(task_id="consume", team="data", arguments=["sum", produce.output["total"]])
    whole = KubernetesPodOperator(task_id="whole_list", image="busybox", arguments=numbers())
    job = KubernetesJobOperator(task_id="job", image="busybox")
    wait >> produce >> consume
    made_command()
    in_a_pod()
