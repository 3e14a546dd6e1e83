import { different, ignored, type Parameter, refused, same } from './parameter.ts';

const callback =
  'Python code of a DAG cannot run here. Subscribe to the events topic, which tells every change of state (docs/events.md).';
const polling = 'Nothing is polled here: the watch is told of every change. Remove it.';
const twice = 'A name or path that is there twice is reported; the operator leaves it to Kubernetes.';
const merged = 'An explicit false, 0, "" or [] wins over a template; the operator passes over it.';

/**
 * The 72 parameters of KubernetesPodOperator (apache-airflow-providers-cncf-kubernetes 10.25), in the order of its constructor:
 * docs/parameters.md numbers them so.
 */
export const kubernetesPodOperator = {
  kubernetes_conn_id: different(
    'Connection that names the cluster and its defaults.',
    'A connection of Taskpod (docs/variables.md). None given: kubernetes_default if there is one, else the default cluster of the deployment.',
  ),
  namespace: different(
    "The Pod's namespace, one of the deployment's.",
    'Where the operator ends at "default", the last default is the namespace of the deployment, and only namespaces of the deployment are taken.',
  ),
  image: same("The container's image; a template of the Pod may give it instead."),
  name: different(
    "The Pod's name begins with it.",
    "A hash of the run's key and its try follows, and the whole is cut to 63 characters: the same try always has the same name.",
  ),
  random_name_suffix: different(
    'Taken and without effect.',
    'The name always ends with a hash, which is not random, so that a message that is delivered twice makes one Pod. false has no effect.',
    [false],
  ),
  cmds: same("The container's command; empty: the image's entry point."),
  arguments: same("The command's arguments."),
  ports: same("The container's ports, as ContainerPort; added to those of a template."),
  volume_mounts: different("The container's VolumeMounts; added to those of a template.", twice),
  volumes: different("The Pod's Volumes; added to those of a template.", twice),
  env_vars: different(
    'Environment: an object `{"NAME": "value"}`, or a list of EnvVar; added to that of a template.',
    twice,
  ),
  env_from: same('Environment from ConfigMaps and Secrets, as EnvFromSource; added to that of a template.'),
  secrets: different(
    'Secrets in the environment or as volumes: objects with deploy_type, deploy_target, secret, key and items.',
    'The volume is named by its place in the list, not by a random id; what the operator finds out at the Pod is refused before it.',
  ),
  in_cluster: ignored('The functions reach the cluster by themselves, with their own identity. Remove it.'),
  cluster_context: different(
    'Context of the kubeconfig, where the clusters come from one.',
    'It must be one of the clusters of the deployment (docs/clusters.md). A cluster on Google Cloud has none: name it by cluster_name or kubernetes_conn_id.',
  ),
  labels: different(
    'Labels of the Pod. Those that Airflow sets (dag_id, task_id, run_id, try_number and others) win over yours.',
    'They select nothing: a Pod is found by its name. Keys below taskpod.dev/ are refused.',
  ),
  reattach_on_restart: ignored(
    'A Pod that runs is always found again, and is never made twice. Remove it.',
    true,
  ),
  startup_timeout_seconds: different(
    "Seconds from being given a node to the container's start.",
    'The same number, counted up to the start of the main container and not to the phase Running.',
  ),
  startup_check_interval_seconds: ignored(polling),
  schedule_timeout_seconds: same('Seconds until the Pod must have a node.'),
  get_logs: same("Whether the main containers' logs are kept."),
  base_container_name: same('Name of the main container, whose exit code decides.'),
  base_container_status_polling_interval: ignored(polling),
  init_container_logs: same('Init containers whose logs are kept: a name, a list of names, or true for all.'),
  container_logs: different(
    'Main containers whose logs are kept: a name, a list of names, or true for all.',
    'All are followed at once, not one after another; an unknown name is refused, where the operator only logs an error.',
  ),
  image_pull_policy: same('Always, IfNotPresent or Never; none: Kubernetes decides.'),
  annotations: different(
    'Annotations of the Pod.',
    'Keys below taskpod.dev/ are refused. cluster-autoscaler.kubernetes.io/safe-to-evict is "false" unless a task says otherwise.',
  ),
  container_resources: same('ResourceRequirements of the container: requests and limits.'),
  affinity: same("The Pod's Affinity."),
  config_file: different(
    'Only `/home/airflow/composer_kube_config`, which is the default cluster of the deployment.',
    'There is no file to read: any other path is refused. Name a cluster by kubernetes_conn_id or cluster_name; on your own machine take `taskpod local --context`.',
  ),
  node_selector: same('Labels that the node must have.'),
  image_pull_secrets: same('Secrets to pull images with: objects with a name, or names.'),
  service_account_name: same("The Pod's service account; none: the namespace's default."),
  automount_service_account_token: same("Whether the service account's token is mounted."),
  hostnetwork: different(
    "Whether the Pod uses the node's network.",
    `Refused where the deployment does not allow it (docs/policy.md). ${merged}`,
  ),
  host_aliases: same('Lines of /etc/hosts, as HostAlias.'),
  tolerations: same('Taints that the Pod bears, as Toleration; in place of those of a template.'),
  security_context: same("The Pod's PodSecurityContext."),
  container_security_context: same("The container's SecurityContext."),
  dnspolicy: same('ClusterFirst, ClusterFirstWithHostNet, Default or None.'),
  dns_config: same("The Pod's PodDNSConfig."),
  hostname: same("The Pod's host name."),
  subdomain: same("The Pod's subdomain."),
  schedulername: same('Name of the scheduler that places the Pod.'),
  full_pod_spec: different(
    'A Pod that the parameters are laid over, and that is laid over the template.',
    `In Kubernetes' camelCase JSON. ${merged}`,
  ),
  init_containers: different(
    'Containers that run before the main one; after those of a template.',
    'One that has the name of one in a template is merged with it.',
  ),
  log_events_on_failure: different(
    'Taken and without effect.',
    "A failed Pod's events are kept in its outcome in any case (docs/outcomes.md).",
  ),
  do_xcom_push: different(
    'Whether `/airflow/xcom/return.json` is taken as the result.',
    'The sidecar is a native one: it ends by itself, and nothing is run in it from outside.',
  ),
  pod_template_file: different(
    'File with a Pod that the parameters are laid over; it is not rendered.',
    `A path below config/pod_templates/ of the bucket. One that does not exist is refused, where the operator only warns. ${merged}`,
  ),
  pod_template_dict: different(
    'The same as an object, rendered; without effect beside pod_template_file.',
    `In Kubernetes' camelCase JSON. ${merged}`,
  ),
  priority_class_name: same("The Pod's priority class."),
  pod_runtime_info_envs: same('Environment from fields of the Pod, as EnvVar with valueFrom.fieldRef.'),
  termination_grace_period: same('Seconds from the wish to end the Pod until it is killed.'),
  configmaps: same('Names of ConfigMaps whose keys become variables.'),
  skip_on_exit_code: same('Exit codes of the main container that make the run skipped: one, or a list.'),
  deferrable: ignored('Nothing is occupied here while a Pod runs. Remove it.', false),
  poll_interval: ignored(polling),
  log_pod_spec_on_failure: different(
    'Taken and without effect.',
    "A failed Pod's manifest and last status are kept beside its outcome in any case, without values of the environment; no message shows them.",
  ),
  on_finish_action: same(
    'What becomes of the finished Pod: delete_pod, delete_succeeded_pod, delete_active_pod or keep_pod.',
  ),
  is_delete_operator_pod: ignored('The operator passes over it too: use on_finish_action.'),
  termination_message_policy: different(
    'File or FallbackToLogsOnError, of the main container.',
    'Absent, it does not overrule a template.',
  ),
  active_deadline_seconds: different(
    'Seconds after which Kubernetes ends the Pod.',
    'The deployment sets one for a task that sets none.',
  ),
  callbacks: refused(callback),
  progress_callback: refused(callback),
  logging_interval: ignored('Logs come as they are written. Remove it.'),
  trigger_kwargs: ignored('There is no trigger here, and nothing to hand to it. Remove it.'),
  container_name_log_prefix_enabled: ignored(
    'Each container has a log of its own, without a prefix. Remove it.',
  ),
  log_formatter: refused(
    'Python code of a DAG cannot run here. Logs are kept as they were written; format them where you read them.',
  ),
  durable: ignored('A Pod that runs is always found again, and is never made twice. Remove it.', true),
  on_kill_action: same(
    'What becomes of the Pod when its run is cancelled or takes too long: delete_pod or keep_pod.',
  ),
  runtime_class_name: same("The Pod's runtime class."),
  xcom_sidecar_container_security_context: same(
    "The XCom sidecar's SecurityContext; wins over the connection's and the deployment's.",
  ),
} satisfies Record<string, Parameter>;
