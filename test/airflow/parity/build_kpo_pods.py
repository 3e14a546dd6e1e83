"""Builds the Pod of each of configurations.json with the real operator, without a cluster.

python build_kpo_pods.py FILE writes the Pods there, by the names of their configurations. What is random
in them stands as a fixed text: the name's suffix is eight zeros, the volume of a Secret is called secretvol
and its place among them.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="taskpod-airflow-"))
os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "CRITICAL")

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.secret import Secret
from kubernetes.client import ApiClient, Configuration
from kubernetes.client import models as k8s

HERE = Path(__file__).parent
MODELS: dict[str, str] = {
    "affinity": "V1Affinity",
    "container_resources": "V1ResourceRequirements",
    "container_security_context": "V1SecurityContext",
    "dns_config": "V1PodDNSConfig",
    "env_from": "list[V1EnvFromSource]",
    "full_pod_spec": "V1Pod",
    "host_aliases": "list[V1HostAlias]",
    "image_pull_secrets": "list[V1LocalObjectReference]",
    "init_containers": "list[V1Container]",
    "pod_runtime_info_envs": "list[V1EnvVar]",
    "ports": "list[V1ContainerPort]",
    "security_context": "V1PodSecurityContext",
    "tolerations": "list[V1Toleration]",
    "volume_mounts": "list[V1VolumeMount]",
    "volumes": "list[V1Volume]",
    "xcom_sidecar_container_security_context": "V1SecurityContext",
}
"""Parameters that are Kubernetes objects. A pod_template_dict stays as it is, as in a DAG file."""

NAMESPACE = "composer-user-workloads"
RUN_PARAMETERS = ("dag_id", "run_id", "map_index")


class Hook:
    """The connection of a Composer environment, as far as a Pod depends on it."""

    is_in_cluster = True

    def get_namespace(self) -> str:
        return NAMESPACE

    def get_xcom_sidecar_container_image(self) -> None:
        return None

    def get_xcom_sidecar_container_resources(self) -> None:
        return None

    def get_xcom_sidecar_container_security_context(self) -> None:
        return None


def main() -> None:
    client = ApiClient(Configuration())
    configurations = json.loads((HERE / "configurations.json").read_text())
    pods = {entry["name"]: build(entry, client) for entry in configurations}
    text = json.dumps(pods, indent=1, ensure_ascii=False, sort_keys=True)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


def build(configuration: dict[str, Any], client: ApiClient) -> Any:
    task = dict(configuration["task"])
    run = {name: task.pop(name, None) for name in RUN_PARAMETERS}
    with tempfile.TemporaryDirectory() as folder:
        if "template" in configuration:
            file = Path(folder, task["pod_template_file"])
            file.write_text(json.dumps(configuration["template"]), encoding="utf-8")
            task["pod_template_file"] = str(file)
        operator = KubernetesPodOperator(
            **{name: argument(name, value, client) for name, value in task.items()}
        )
        vars(operator)["hook"] = Hook()
        pod = operator.build_pod_request_obj(context(operator.task_id, run))
    return without_chance(
        client.sanitize_for_serialization(pod), has_suffix=task.get("random_name_suffix", True)
    )


def argument(name: str, value: Any, client: ApiClient) -> Any:
    if value == {}:
        # As in a DAG file, where an empty dict is false, and an empty model is not.
        return value
    if name == "secrets":
        return [secret(fields, client) for fields in value]
    if name == "env_vars" and isinstance(value, list):
        return model(value, "list[V1EnvVar]", client)
    return model(value, MODELS[name], client) if name in MODELS else value


def secret(fields: dict[str, Any], client: ApiClient) -> Secret:
    items = model(fields.get("items", []), "list[V1KeyToPath]", client)
    return Secret(
        fields["deploy_type"], fields.get("deploy_target"), fields["secret"], fields.get("key"), items
    )


def model(value: Any, kind: str, client: ApiClient) -> Any:
    response = SimpleNamespace(data=json.dumps(value))
    return client.deserialize(response, kind if kind.startswith("list") else getattr(k8s, kind))


def context(task_id: str, run: dict[str, Any]) -> Any:
    map_index = -1 if run["map_index"] is None else run["map_index"]
    dag_id = run["dag_id"] or "default"
    ti = SimpleNamespace(dag_id=dag_id, task_id=task_id, try_number=1, map_index=map_index)
    return {"ti": ti, "run_id": run["run_id"] or "message-1", "dag": SimpleNamespace()}


def without_chance(pod: dict[str, Any], *, has_suffix: bool) -> Any:
    if has_suffix:
        pod["metadata"]["name"] = re.sub(r"-[a-z0-9]{8}$", "-00000000", pod["metadata"]["name"])
    text = json.dumps(pod)
    chance = dict.fromkeys(re.findall(r"secretvol[0-9a-f]{8}-[0-9a-f-]{27}", text))
    volumes = [volume["name"] for volume in pod["spec"].get("volumes", [])]
    for place, name in enumerate(sorted(chance, key=volumes.index)):
        text = text.replace(name, f"secretvol-{place}")
    return json.loads(text)


if __name__ == "__main__":
    main()
