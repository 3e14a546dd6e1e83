"""The four tasks of Cloud Composer's page about the KubernetesPodOperator."""

from datetime import datetime, timedelta

from airflow import models
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.secret import Secret
from kubernetes.client import models as k8s_models

secret_env = Secret("env", "SQL_CONN", "airflow-secrets", "sql_alchemy_conn")
secret_volume = Secret("volume", "/var/secrets/google", "service-account", "service-account.json")

with models.DAG(
    dag_id="composer_sample_kubernetes_pod",
    schedule=timedelta(days=1),
    start_date=datetime(2024, 3, 8),
) as dag:
    KubernetesPodOperator(
        task_id="pod-ex-minimum",
        name="pod-ex-minimum",
        cmds=["echo"],
        namespace="composer-user-workloads",
        image="gcr.io/gcp-runtimes/ubuntu_20_0_4",
        config_file="/home/airflow/composer_kube_config",
        kubernetes_conn_id="kubernetes_default",
    )
    KubernetesPodOperator(
        task_id="ex-kube-templates",
        name="ex-kube-templates",
        namespace="composer-user-workloads",
        image="bash",
        cmds=["echo"],
        arguments=["{{ ds }}"],
        env_vars={"MY_VALUE": "{{ var.value.my_value }}"},
        kubernetes_conn_id="kubernetes_default",
    )
    KubernetesPodOperator(
        task_id="ex-kube-secrets",
        name="ex-kube-secrets",
        namespace="composer-user-workloads",
        image="gcr.io/gcp-runtimes/ubuntu_20_0_4",
        startup_timeout_seconds=300,
        secrets=[secret_env, secret_volume],
        cmds=["echo"],
        env_vars={
            "EXAMPLE_VAR": "/example/value",
            "GOOGLE_APPLICATION_CREDENTIALS": "/var/secrets/google/service-account.json",
        },
        kubernetes_conn_id="kubernetes_default",
    )
    KubernetesPodOperator(
        task_id="ex-all-configs",
        name="pi",
        namespace="composer-user-workloads",
        image="perl:5.34.0",
        cmds=["perl"],
        arguments=["-Mbignum=bpi", "-wle", "print bpi(2000)"],
        secrets=[],
        labels={"pod-label": "label-name"},
        startup_timeout_seconds=600,
        env_vars={"EXAMPLE_VAR": "/example/value"},
        get_logs=True,
        image_pull_policy="Always",
        annotations={"key1": "value1"},
        container_resources=k8s_models.V1ResourceRequirements(
            requests={"cpu": "1000m", "memory": "10G", "ephemeral-storage": "10G"},
            limits={"cpu": "1000m", "memory": "10G", "ephemeral-storage": "10G"},
        ),
        do_xcom_push=False,
        volumes=[],
        volume_mounts=[],
        kubernetes_conn_id="kubernetes_default",
        affinity={},
    )
