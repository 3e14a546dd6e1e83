# What is refused before anything is asked of Google or of the cluster.

mock_provider "google" {}
mock_provider "kubernetes" {}

variables {
  name                   = "etl"
  project_id             = "my-project"
  launch_service_account = "taskpod-launch@my-project.iam.gserviceaccount.com"
  watch_service_account  = "taskpod-watch@my-project.iam.gserviceaccount.com"
  secret_values          = {}
}

run "the_namespace_default" {
  command = plan

  variables {
    name = "default"
  }

  expect_failures = [var.name]
}

run "a_namespace_of_kubernetes" {
  command = plan

  variables {
    name = "kube-system"
  }

  expect_failures = [var.name]
}

run "a_namespace_of_gke" {
  command = plan

  variables {
    name = "gke-managed-system"
  }

  expect_failures = [var.name]
}

run "a_namespace_in_capitals" {
  command = plan

  variables {
    name = "ETL"
  }

  expect_failures = [var.name]
}

run "a_project_number" {
  command = plan

  variables {
    project_id = "123456789012"
  }

  expect_failures = [var.project_id]
}

run "launch_with_a_prefix" {
  command = plan

  variables {
    launch_service_account = "serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
  }

  expect_failures = [var.launch_service_account]
}

run "launch_that_is_a_person" {
  command = plan

  variables {
    launch_service_account = "somebody@example.com"
  }

  expect_failures = [var.launch_service_account]
}

run "launch_with_a_quote" {
  command = plan

  variables {
    launch_service_account = "a'@my-project.iam.gserviceaccount.com"
  }

  expect_failures = [var.launch_service_account]
}

run "one_account_for_both" {
  command = plan

  variables {
    watch_service_account = "taskpod-launch@my-project.iam.gserviceaccount.com"
  }

  expect_failures = [var.watch_service_account]
}

run "watch_that_is_a_person" {
  command = plan

  variables {
    watch_service_account = "somebody@example.com"
  }

  expect_failures = [var.watch_service_account]
}

run "pod_security_by_another_name" {
  command = plan

  variables {
    pod_security = "strict"
  }

  expect_failures = [var.pod_security]
}

run "pod_security_by_label" {
  command = plan

  variables {
    labels = { "pod-security.kubernetes.io/enforce" = "privileged" }
  }

  expect_failures = [var.labels]
}

run "a_service_account_called_default" {
  command = plan

  variables {
    service_account = "default"
  }

  expect_failures = [var.service_account]
}

run "a_pattern_of_service_accounts" {
  command = plan

  variables {
    service_accounts = ["etl-*"]
  }

  expect_failures = [var.service_accounts]
}

run "a_service_account_with_a_quote" {
  command = plan

  variables {
    service_accounts = ["a', 'b"]
  }

  expect_failures = [var.service_accounts]
}

run "a_range_that_is_none" {
  command = plan

  variables {
    egress = { cidrs = ["example.com"] }
  }

  expect_failures = [var.egress]
}

run "a_secret_in_capitals" {
  command = plan

  variables {
    secrets = { DB = {} }
  }

  expect_failures = [var.secrets]
}

run "a_revision_of_zero" {
  command = plan

  variables {
    secrets = { db = { revision = 0 } }
  }

  expect_failures = [var.secrets]
}

run "a_config_map_in_capitals" {
  command = plan

  variables {
    config_maps = { Settings = {} }
  }

  expect_failures = [var.config_maps]
}

run "workload_identity_without_a_project" {
  command = plan

  variables {
    workload_identity = { google_service_account = "somebody@example.com" }
  }

  expect_failures = [var.workload_identity]
}

run "a_secret_without_values" {
  command = plan

  variables {
    secrets = { db = {} }
  }

  expect_failures = [kubernetes_secret_v1.this["db"]]
}
