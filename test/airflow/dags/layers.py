"""Tasks over Pod templates, where what is false has no effect in Airflow."""

from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

with DAG(dag_id="layers", schedule=None, start_date=datetime(2024, 1, 1)):
    KubernetesPodOperator(
        task_id="file",
        image="busybox",
        pod_template_file="/home/airflow/gcs/dags/pod.yaml",
        config_file="/home/airflow/.kube/config",
    )
    KubernetesPodOperator(
        task_id="dict",
        pod_template_dict={
            "spec": {"hostNetwork": True, "containers": [{"name": "x", "image": "{{ params.image }}"}]}
        },
        automount_service_account_token=False,
        termination_grace_period=0,
        image="",
        params={"image": "busybox"},
    )
    KubernetesPodOperator(
        task_id="full",
        full_pod_spec=k8s.V1Pod(
            metadata=k8s.V1ObjectMeta(labels={"a": "b"}),
            spec=k8s.V1PodSpec(
                containers=[
                    k8s.V1Container(name="base", image="busybox"),
                    k8s.V1Container(name="side", image="nginx"),
                ],
                termination_grace_period_seconds=5,
            ),
        ),
    )
    KubernetesPodOperator(task_id="false", image="busybox", automount_service_account_token=False)
