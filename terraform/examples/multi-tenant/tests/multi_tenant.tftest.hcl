mock_provider "google" {
  mock_resource "google_service_account" {
    defaults = { email = "other@my-project.iam.gserviceaccount.com" }
  }
}

mock_provider "kubernetes" {}

override_resource {
  target = module.platform["etl"].google_service_account.launch
  values = { email = "etl-launch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = module.platform["etl"].google_service_account.watch
  values = { email = "etl-watch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = module.platform["science"].google_service_account.launch
  values = { email = "science-launch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = module.platform["science"].google_service_account.watch
  values = { email = "science-watch@my-project.iam.gserviceaccount.com" }
}

variables {
  dist_folder = "../../modules/platform/tests/sources"
  project_id  = "my-project"
  region      = "europe-west1"
  teams = {
    etl = {
      policy     = { images = ["europe-docker.pkg.dev/my-project/etl/*"] }
      publishers = { airflow = "serviceAccount:airflow@my-project.iam.gserviceaccount.com" }
    }
    science = {
      policy  = { pod_security = "restricted" }
      quota   = { pods = "20" }
      readers = { all = "group:science@example.com" }
    }
  }
}

run "apply" {
  assert {
    condition = {
      for team, taskpod in output.taskpod : team => join(" ", concat(
        [taskpod.bucket, taskpod.namespace, taskpod.launch_service_account, taskpod.watch_service_account], taskpod.namespaces, taskpod.clusters,
      ))
      } == {
      etl     = "my-project-etl etl etl-launch@my-project.iam.gserviceaccount.com etl-watch@my-project.iam.gserviceaccount.com"
      science = "my-project-science science science-launch@my-project.iam.gserviceaccount.com science-watch@my-project.iam.gserviceaccount.com"
    }
    error_message = "A team shares its bucket, its identities or its namespace with another."
  }

  assert {
    condition     = length(distinct([for taskpod in output.taskpod : taskpod.cluster])) == 1
    error_message = "The teams do not share the cluster."
  }

  assert {
    condition     = length(distinct(flatten([for taskpod in output.taskpod : [taskpod.tasks_topic, taskpod.watch_topic, taskpod.events_topic, taskpod.launch_subscription]]))) == 8
    error_message = "The teams share a topic or a subscription."
  }

  assert {
    condition     = { for team, namespace in module.namespace : team => namespace.name } == { etl = "etl", science = "science" }
    error_message = "A team has another namespace than its own."
  }
}

run "service_accounts" {
  command = plan

  assert {
    condition     = { for team, namespace in module.namespace : team => join(" ", namespace.service_accounts) } == { etl = "etl/default etl/tasks", science = "science/default science/tasks" }
    error_message = "The functions allow other service accounts than the namespaces do."
  }
}

run "refusals" {
  command = plan

  variables {
    teams = { "Data Science" = {} }
  }

  expect_failures = [var.teams]
}
