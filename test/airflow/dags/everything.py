"""Every parameter that a message takes, GKE's operator, retries, and what a message cannot hold."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.cncf.kubernetes.callbacks import KubernetesPodOperatorCallback
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.secret import Secret
from airflow.providers.google.cloud.operators.kubernetes_engine import GKEStartPodOperator
from kubernetes.client import models as k8s


def notify(context):
    raise RuntimeError("is not called by an export")


def half(number):
    return number // 2


volume = k8s.V1Volume(
    name="data",
    persistent_volume_claim=k8s.V1PersistentVolumeClaimVolumeSource(claim_name="data-{{ ds_nodash }}"),
)

with DAG(
    dag_id="everything",
    schedule="15 6 * * 1-5",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"bucket": "gs://lake", "rows": 10},
    default_args={"retries": 3, "retry_delay": timedelta(minutes=2), "on_failure_callback": notify},
    user_defined_macros={"half": half},
    dagrun_timeout=timedelta(hours=6),
) as dag:
    KubernetesPodOperator(
        task_id="every_parameter",
        kubernetes_conn_id="my_cluster",
        namespace="etl",
        image="registry.example.com/etl:{{ params.rows }}",
        name="every-parameter",
        random_name_suffix=False,
        cmds=["python", "-m", "etl"],
        arguments=["--day={{ ds }}", "--rows={{ half(params.rows) }}"],
        ports=[k8s.V1ContainerPort(name="http", container_port=8080, protocol="TCP")],
        volume_mounts=[
            k8s.V1VolumeMount(name="data", mount_path="/data", sub_path="{{ ds }}", read_only=True)
        ],
        volumes=[volume],
        env_vars=[
            k8s.V1EnvVar(name="DAY", value="{{ ds }}"),
            k8s.V1EnvVar(
                name="NODE",
                value_from=k8s.V1EnvVarSource(
                    field_ref=k8s.V1ObjectFieldSelector(field_path="spec.nodeName")
                ),
            ),
        ],
        env_from=[k8s.V1EnvFromSource(config_map_ref=k8s.V1ConfigMapEnvSource(name="settings"))],
        secrets=[
            Secret("env", "db_password", "db", "password"),
            Secret("env", None, "all-keys"),
            Secret(
                "volume",
                "/secrets",
                "files",
                items=[k8s.V1KeyToPath(key="a.json", path="b/a.json", mode=256)],
            ),
        ],
        configmaps=["more-settings"],
        labels={"team": "data", "empty": None},
        annotations={"example.com/day": "{{ ds }}"},
        startup_timeout_seconds=240,
        schedule_timeout_seconds=900,
        get_logs=False,
        base_container_name="main",
        init_container_logs=["prepare"],
        container_logs=["main", "proxy"],
        image_pull_policy="IfNotPresent",
        container_resources=k8s.V1ResourceRequirements(
            requests={"cpu": "500m", "memory": "1Gi"}, limits={"nvidia.com/gpu": "1"}
        ),
        affinity=k8s.V1Affinity(
            node_affinity=k8s.V1NodeAffinity(
                required_during_scheduling_ignored_during_execution=k8s.V1NodeSelector(
                    node_selector_terms=[
                        k8s.V1NodeSelectorTerm(
                            match_expressions=[
                                k8s.V1NodeSelectorRequirement(
                                    key="pool", operator="In", values=["batch", "spot"]
                                )
                            ]
                        )
                    ]
                )
            )
        ),
        node_selector={"cloud.google.com/gke-spot": "true"},
        image_pull_secrets=[k8s.V1LocalObjectReference(name="registry")],
        service_account_name="etl",
        automount_service_account_token=False,
        host_aliases=[k8s.V1HostAlias(ip="10.0.0.1", hostnames=["db.internal"])],
        tolerations=[k8s.V1Toleration(key="gpu", operator="Exists", effect="NoSchedule")],
        security_context={"runAsUser": 1000, "fsGroup": 0},
        container_security_context=k8s.V1SecurityContext(allow_privilege_escalation=False, run_as_group=0),
        xcom_sidecar_container_security_context={},
        dnspolicy="None",
        dns_config=k8s.V1PodDNSConfig(nameservers=["10.0.0.10"]),
        hostname="etl-{{ ds_nodash }}",
        subdomain="etl",
        schedulername="my-scheduler",
        init_containers=[k8s.V1Container(name="prepare", image="busybox", command=["true"])],
        log_events_on_failure=True,
        do_xcom_push=True,
        priority_class_name="high",
        runtime_class_name="gvisor",
        pod_runtime_info_envs=[
            k8s.V1EnvVar(
                name="POD_IP",
                value_from=k8s.V1EnvVarSource(field_ref=k8s.V1ObjectFieldSelector(field_path="status.podIP")),
            )
        ],
        termination_grace_period=90,
        skip_on_exit_code=99,
        log_pod_spec_on_failure=False,
        on_finish_action="keep_pod",
        on_kill_action="keep_pod",
        termination_message_policy="FallbackToLogsOnError",
        active_deadline_seconds=3600,
        retries=5,
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(hours=1),
        execution_timeout=timedelta(minutes=30),
        params={"rows": 20},
        deferrable=True,
        poll_interval=30,
        logging_interval=60,
        in_cluster=False,
        callbacks=KubernetesPodOperatorCallback,
        progress_callback=print,
        log_formatter="{}: {}".format,
        container_name_log_prefix_enabled=False,
        pool="etl_pool",
        priority_weight=10,
        trigger_rule="all_done",
    )
    GKEStartPodOperator(
        task_id="on_gke",
        project_id="my-project",
        location="europe-west1",
        cluster_name="{{ var.value.cluster }}",
        gcp_conn_id="gcp_etl",
        impersonation_chain="etl@my-project.iam.gserviceaccount.com",
        use_dns_endpoint=True,
        name="on-gke",
        namespace="etl",
        image="busybox",
        cmds=["sh", "-c", "echo {{ ti.xcom_pull(task_ids='every_parameter') }}"],
        skip_on_exit_code=[4, 3],
        retries=0,
        on_failure_callback=None,
    )
    KubernetesPodOperator(
        task_id="defaults",
        image="busybox",
        retries=0,
        on_failure_callback=None,
        params={},
    )
