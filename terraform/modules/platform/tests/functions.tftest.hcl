# The two functions: how they are built, reached and configured.
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  cluster     = "projects/my-project/locations/europe-west1/clusters/tasks"
  dist_folder = "tests/sources"
  project_id  = "my-project"
  region      = "europe-west1"
}

run "defaults" {
  assert {
    condition = {
      for name, function in google_cloudfunctions2_function.this : name => join(" ", [
        function.name, function.location, function.build_config[0].runtime, function.build_config[0].entry_point,
        function.service_config[0].available_cpu, function.service_config[0].available_memory, function.service_config[0].timeout_seconds,
        function.service_config[0].max_instance_request_concurrency, function.service_config[0].min_instance_count, function.service_config[0].max_instance_count,
      ])
      } == {
      launch = "taskpod-launch europe-west1 nodejs24 launch 1 512M 120 40 0 20"
      watch  = "taskpod-watch europe-west1 nodejs24 watch 1 1Gi 600 16 0 10"
    }
    error_message = "A function has another runtime, entry point, size or limit."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.this : function.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "A function can be reached from the internet."
  }

  assert {
    condition = alltrue([
      for function in google_cloudfunctions2_function.this :
      length(function.service_config[0].direct_vpc_network_interface) + length(function.service_config[0].secret_environment_variables) + length(function.event_trigger) == 0
    ])
    error_message = "A function has a network, a secret or a trigger that nobody asked for."
  }

  assert {
    condition = alltrue([
      for function in google_cloudfunctions2_function.this : function.service_config[0].environment_variables == tomap({
        TASKPOD_BUCKET               = "my-project-taskpod"
        TASKPOD_CLUSTER              = "projects/my-project/locations/europe-west1/clusters/tasks"
        TASKPOD_EVENTS_TOPIC         = "projects/my-project/topics/taskpod-events"
        TASKPOD_NAMESPACE            = "composer-user-workloads"
        TASKPOD_PUSH_AUTH            = "iam"
        TASKPOD_PUSH_SERVICE_ACCOUNT = "taskpod-push@my-project.iam.gserviceaccount.com"
        TASKPOD_TASKS_TOPIC          = "projects/my-project/topics/taskpod-tasks"
        TASKPOD_WATCH_TOPIC          = "projects/my-project/topics/taskpod-watch"
      })
    ])
    error_message = "A function is configured otherwise."
  }

  # The hashes are those of tests/sources: other content has another name, and is deployed.
  assert {
    condition = {
      for name, function in google_cloudfunctions2_function.this : name =>
      "${function.build_config[0].source[0].storage_source[0].bucket}/${function.build_config[0].source[0].storage_source[0].object}"
      } == {
      launch = "my-project-taskpod-source/launch-${substr(sha256("not a real source of launch\n"), 0, 16)}.zip"
      watch  = "my-project-taskpod-source/watch-${substr(sha256("not a real source of watch\n"), 0, 16)}.zip"
    }
    error_message = "A function is built from something else, or a change of its source would not be deployed."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.this : function.build_config[0].service_account == "projects/my-project/serviceAccounts/taskpod-build@my-project.iam.gserviceaccount.com"])
    error_message = "A function is built as another identity."
  }
}

run "every_setting" {
  variables {
    clusters   = ["projects/b/locations/l/clusters/c", "projects/a/locations/l/clusters/c"]
    namespace  = "etl"
    namespaces = ["ml", "bi"]
    policy = {
      images           = ["europe-docker.pkg.dev/my-project/*", "docker.io/library/python:3.*"]
      pod_security     = "restricted"
      priority_classes = ["batch-*"]
      secrets          = ["db-*"]
      service_accounts = ["etl-*"]
      volumes          = ["secret", "configMap"]
    }
    settings = {
      active_deadline_seconds = 3600
      cluster_access = {
        "projects/b/locations/l/clusters/c" = { endpoint = "internal" }
        "projects/a/locations/l/clusters/c" = { impersonation_chain = ["a@my-project.iam.gserviceaccount.com"] }
      }
      cluster_endpoint       = "dns"
      cluster_operations     = ["projects/b/locations/*/clusters/*"]
      ignored_containers     = ["linkerd-proxy", "istio-proxy"]
      impersonation_chain    = ["z@my-project.iam.gserviceaccount.com", "b@my-project.iam.gserviceaccount.com"]
      infrastructure_retries = 0
      shards                 = 2
      turn_seconds           = 300
      xcom_max_bytes         = 1024
      xcom_sidecar_image     = "europe-docker.pkg.dev/my-project/tools/busybox:1.37.0"
    }
  }

  assert {
    condition = alltrue([
      for function in google_cloudfunctions2_function.this : function.service_config[0].environment_variables == tomap({
        TASKPOD_ACTIVE_DEADLINE_SECONDS = "3600"
        TASKPOD_BUCKET                  = "my-project-taskpod"
        TASKPOD_CLUSTER                 = "projects/my-project/locations/europe-west1/clusters/tasks"
        TASKPOD_CLUSTERS                = "projects/a/locations/l/clusters/c,projects/b/locations/l/clusters/c"
        TASKPOD_CLUSTER_ACCESS          = "{\"projects/a/locations/l/clusters/c\":{\"impersonation_chain\":[\"a@my-project.iam.gserviceaccount.com\"]},\"projects/b/locations/l/clusters/c\":{\"endpoint\":\"internal\"}}"
        TASKPOD_CLUSTER_ENDPOINT        = "dns"
        TASKPOD_CLUSTER_OPERATIONS      = "projects/b/locations/*/clusters/*"
        TASKPOD_EVENTS_TOPIC            = "projects/my-project/topics/taskpod-events"
        TASKPOD_IGNORED_CONTAINERS      = "istio-proxy,linkerd-proxy"
        TASKPOD_IMAGES                  = "docker.io/library/python:3.*,europe-docker.pkg.dev/my-project/*"
        TASKPOD_IMPERSONATION_CHAIN     = "z@my-project.iam.gserviceaccount.com,b@my-project.iam.gserviceaccount.com"
        TASKPOD_INFRASTRUCTURE_RETRIES  = "0"
        TASKPOD_NAMESPACE               = "etl"
        TASKPOD_NAMESPACES              = "bi,ml"
        TASKPOD_POD_SECURITY            = "restricted"
        TASKPOD_PRIORITY_CLASSES        = "batch-*"
        TASKPOD_PUSH_AUTH               = "iam"
        TASKPOD_PUSH_SERVICE_ACCOUNT    = "taskpod-push@my-project.iam.gserviceaccount.com"
        TASKPOD_SECRETS                 = "db-*"
        TASKPOD_SERVICE_ACCOUNTS        = "etl-*"
        TASKPOD_SHARDS                  = "2"
        TASKPOD_TASKS_TOPIC             = "projects/my-project/topics/taskpod-tasks"
        TASKPOD_TURN_SECONDS            = "300"
        TASKPOD_VOLUMES                 = "configMap,secret"
        TASKPOD_WATCH_TOPIC             = "projects/my-project/topics/taskpod-watch"
        TASKPOD_XCOM_MAX_BYTES          = "1024"
        TASKPOD_XCOM_SIDECAR_IMAGE      = "europe-docker.pkg.dev/my-project/tools/busybox:1.37.0"
      })
    ])
    error_message = "A setting does not reach the functions."
  }
}

run "network_and_secrets" {
  variables {
    secret_environment_variables = {
      HTTPS_PROXY = { secret = "proxy-url" }
      OTHER       = { secret = "other", project_id = "secrets-project", version = "3" }
    }
    vpc = {
      network    = "projects/my-project/global/networks/main"
      subnetwork = "projects/my-project/regions/europe-west1/subnetworks/functions"
      tags       = ["taskpod"]
    }
  }

  assert {
    condition = alltrue([
      for function in google_cloudfunctions2_function.this : (
        function.service_config[0].direct_vpc_egress == "VPC_EGRESS_PRIVATE_RANGES_ONLY" &&
        function.service_config[0].direct_vpc_network_interface[0].network == "projects/my-project/global/networks/main" &&
        function.service_config[0].direct_vpc_network_interface[0].subnetwork == "projects/my-project/regions/europe-west1/subnetworks/functions"
      )
    ])
    error_message = "A function does not go out through the network."
  }

  assert {
    condition = [
      for secret in google_cloudfunctions2_function.this["watch"].service_config[0].secret_environment_variables :
      "${secret.key} ${secret.project_id} ${secret.secret} ${secret.version}"
    ] == ["HTTPS_PROXY my-project proxy-url latest", "OTHER secrets-project other 3"]
    error_message = "A secret does not reach the functions."
  }

  assert {
    condition = {
      for key, grant in google_secret_manager_secret_iam_member.functions : key => "${grant.project} ${grant.secret_id} ${grant.role} ${grant.member}"
      } == {
      "HTTPS_PROXY/launch" = "my-project proxy-url roles/secretmanager.secretAccessor serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "HTTPS_PROXY/watch"  = "my-project proxy-url roles/secretmanager.secretAccessor serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
      "OTHER/launch"       = "secrets-project other roles/secretmanager.secretAccessor serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "OTHER/watch"        = "secrets-project other roles/secretmanager.secretAccessor serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
    }
    error_message = "Others than the two functions may read the secrets, or one of them may not."
  }

  assert {
    condition     = contains(keys(google_project_service.this), "secretmanager.googleapis.com")
    error_message = "The API of the secrets is not switched on."
  }
}
