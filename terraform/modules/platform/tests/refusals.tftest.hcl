# What the module refuses before anything is created.
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  cluster     = "projects/my-project/locations/europe-west1/clusters/tasks"
  dist_folder = "tests/sources"
  project_id  = "my-project"
  region      = "europe-west1"
}

run "a_cluster_by_its_short_name" {
  command = plan
  variables {
    cluster  = "tasks"
    clusters = ["europe-west1/tasks"]
  }
  expect_failures = [var.cluster, var.clusters]
}

run "everybody" {
  command = plan
  variables {
    configurers = { all = "allAuthenticatedUsers" }
    publishers  = { all = "allUsers" }
    readers     = { all = "allUsers" }
  }
  expect_failures = [var.configurers, var.publishers, var.readers]
}

run "names_that_google_would_refuse" {
  command = plan
  variables {
    bucket_name  = "Our_Runs"
    kms_key_name = "my-key"
    name         = "a-name-that-is-too-long-for-an-account"
    project_id   = "123456789012"
    region       = "europe-west1-b"
  }
  expect_failures = [var.bucket_name, var.kms_key_name, var.name, var.project_id, var.region]
}

run "namespaces_of_kubernetes" {
  command = plan
  variables {
    namespace  = "default"
    namespaces = ["kube-system"]
  }
  expect_failures = [var.namespace, var.namespaces]
}

run "a_list_that_would_allow_everything" {
  command = plan
  variables {
    policy = { images = [] }
  }
  expect_failures = [var.policy]
}

run "two_entries_in_one" {
  command = plan
  variables {
    policy = { secrets = ["a,b"] }
  }
  expect_failures = [var.policy]
}

run "an_unknown_standard" {
  command = plan
  variables {
    policy = { pod_security = "strict" }
  }
  expect_failures = [var.policy]
}

run "claims_that_end_before_their_messages" {
  command = plan
  variables {
    retention_days   = 14
    soft_delete_days = 3
  }
  expect_failures = [var.retention_days, var.soft_delete_days]
}

run "a_turn_longer_than_a_push" {
  command = plan
  variables {
    settings = { turn_seconds = 600 }
  }
  expect_failures = [var.settings]
}

run "clusters_of_every_project" {
  command = plan
  variables {
    settings = { cluster_operations = ["projects/*/locations/*/clusters/*"] }
  }
  expect_failures = [var.settings]
}

run "limits_that_pub_sub_refuses" {
  command = plan
  variables {
    launch = { max_delivery_attempts = 4 }
    watch  = { max_delivery_attempts = 101 }
  }
  expect_failures = [var.launch, var.watch]
}

run "more_instances_at_least_than_at_most" {
  command = plan
  variables {
    launch = { min_instances = 21 }
    watch  = { min_instances = 11 }
  }
  expect_failures = [var.launch, var.watch]
}

run "functions_that_are_not_built" {
  command = plan
  variables {
    dist_folder = "tests/nothing"
  }
  expect_failures = [google_storage_bucket_object.source]
}
