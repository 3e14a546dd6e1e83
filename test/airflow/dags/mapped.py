"""Tasks that are mapped: over lists, keyword arguments or a result, and in a mapped group."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import task, task_group
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

with DAG(dag_id="mapped", schedule=None, start_date=datetime(2024, 1, 1)):

    @task
    def days():
        return [["mon"], ["tue"]]

    @task_group
    def group(day):
        KubernetesPodOperator(task_id="grouped", image="busybox", arguments=[day])

    KubernetesPodOperator.partial(task_id="lists", image="busybox", retries=2).expand(
        cmds=[["echo"], ["printf"]], arguments=[["a"], ["b"]]
    )
    KubernetesPodOperator.partial(task_id="kwargs", cmds=["date"]).expand_kwargs(
        [{"image": "busybox"}, {"image": "alpine", "name": "second"}]
    )
    KubernetesPodOperator.partial(task_id="over_result", image="busybox", cmds=["echo"]).expand(
        arguments=days()
    )
    group.expand(day=["mon", "tue"])
