locals {
  _functions = {
    launch = {
      settings        = var.launch
      account         = google_service_account.launch
      timeout_seconds = 120
      description     = "Makes a Pod of each task that is published"
    }
    watch = {
      settings        = var.watch
      account         = google_service_account.watch
      timeout_seconds = 600
      description     = "Watches the Pods, keeps their logs, results and outcomes"
    }
  }

  # Everything in docs/configuration.md. What is null is not set, so that the function's own default holds.
  _environment = {
    TASKPOD_ACTIVE_DEADLINE_SECONDS = var.settings.active_deadline_seconds
    TASKPOD_BUCKET                  = google_storage_bucket.runs.name
    TASKPOD_CLUSTER                 = var.cluster
    TASKPOD_CLUSTERS                = length(var.clusters) == 0 ? null : join(",", sort(var.clusters))
    TASKPOD_CLUSTER_ACCESS          = var.settings.cluster_access == null ? null : jsonencode({ for name, access in var.settings.cluster_access : name => { for key, value in access : key => value if value != null } })
    TASKPOD_CLUSTER_ENDPOINT        = var.settings.cluster_endpoint
    TASKPOD_CLUSTER_OPERATIONS      = var.settings.cluster_operations == null ? null : join(",", sort(var.settings.cluster_operations))
    TASKPOD_EVENTS_TOPIC            = google_pubsub_topic.this["events"].id
    TASKPOD_IGNORED_CONTAINERS      = var.settings.ignored_containers == null ? null : join(",", sort(var.settings.ignored_containers))
    TASKPOD_IMAGES                  = var.policy.images == null ? null : join(",", sort(var.policy.images))
    TASKPOD_IMPERSONATION_CHAIN     = var.settings.impersonation_chain == null ? null : join(",", var.settings.impersonation_chain)
    TASKPOD_INFRASTRUCTURE_RETRIES  = var.settings.infrastructure_retries
    TASKPOD_NAMESPACE               = var.namespace
    TASKPOD_NAMESPACES              = length(var.namespaces) == 0 ? null : join(",", sort(var.namespaces))
    TASKPOD_POD_SECURITY            = var.policy.pod_security
    TASKPOD_PRIORITY_CLASSES        = var.policy.priority_classes == null ? null : join(",", sort(var.policy.priority_classes))
    TASKPOD_PUSH_AUTH               = "iam"
    TASKPOD_PUSH_SERVICE_ACCOUNT    = google_service_account.push.email
    TASKPOD_SECRETS                 = var.policy.secrets == null ? null : join(",", sort(var.policy.secrets))
    TASKPOD_SERVICE_ACCOUNTS        = var.policy.service_accounts == null ? null : join(",", sort(var.policy.service_accounts))
    TASKPOD_SHARDS                  = var.settings.shards
    TASKPOD_TASKS_TOPIC             = google_pubsub_topic.this["tasks"].id
    TASKPOD_TURN_SECONDS            = var.settings.turn_seconds
    TASKPOD_VOLUMES                 = var.policy.volumes == null ? null : join(",", sort(var.policy.volumes))
    TASKPOD_WATCH_TOPIC             = google_pubsub_topic.this["watch"].id
    TASKPOD_XCOM_MAX_BYTES          = var.settings.xcom_max_bytes
    TASKPOD_XCOM_SIDECAR_IMAGE      = var.settings.xcom_sidecar_image
  }
}

resource "google_cloudfunctions2_function" "this" {
  for_each = local._functions

  project     = var.project_id
  location    = var.region
  name        = "${var.name}-${each.key}"
  description = each.value.description
  labels      = var.labels

  build_config {
    runtime           = "nodejs24"
    entry_point       = each.key
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.functions.id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source[each.key].name
      }
    }
  }

  service_config {
    service_account_email            = each.value.account.email
    available_cpu                    = each.value.settings.cpu
    available_memory                 = each.value.settings.memory
    timeout_seconds                  = each.value.timeout_seconds
    max_instance_request_concurrency = each.value.settings.concurrency
    min_instance_count               = each.value.settings.min_instances
    max_instance_count               = each.value.settings.max_instances
    all_traffic_on_latest_revision   = true
    environment_variables            = { for name, value in local._environment : name => tostring(value) if value != null }

    # Pub/Sub's pushes of the same project are internal.
    ingress_settings = "ALLOW_INTERNAL_ONLY"

    direct_vpc_egress = var.vpc == null ? null : var.vpc.all_traffic ? "VPC_EGRESS_ALL_TRAFFIC" : "VPC_EGRESS_PRIVATE_RANGES_ONLY"

    dynamic "direct_vpc_network_interface" {
      for_each = var.vpc == null ? [] : [var.vpc]

      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.subnetwork
        tags       = direct_vpc_network_interface.value.tags
      }
    }

    dynamic "secret_environment_variables" {
      for_each = var.secret_environment_variables

      content {
        key        = secret_environment_variables.key
        project_id = coalesce(secret_environment_variables.value.project_id, var.project_id)
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
      }
    }
  }

  # The build and the first request need these rights.
  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_copies,
    google_project_iam_member.build_logs,
    google_project_iam_member.cluster_access,
    google_pubsub_topic_iam_member.publisher,
    google_secret_manager_secret_iam_member.functions,
    google_storage_bucket_iam_member.build_source,
    google_storage_bucket_iam_member.runs,
  ]
}

# Nobody but Pub/Sub may call them. A function is a service of Cloud Run of the same name.
resource "google_cloud_run_v2_service_iam_member" "push" {
  for_each = google_cloudfunctions2_function.this

  project  = var.project_id
  location = var.region
  name     = each.value.name
  role     = "roles/run.invoker"
  member   = local._push_member
}

locals {
  _secret_grants = merge([
    for key, secret in var.secret_environment_variables : {
      for function in ["launch", "watch"] : "${key}/${function}" => merge(secret, { function = function })
    }
  ]...)
}

resource "google_secret_manager_secret_iam_member" "functions" {
  for_each = local._secret_grants

  project   = coalesce(each.value.project_id, var.project_id)
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.function == "launch" ? local._launch_member : local._watch_member
}
