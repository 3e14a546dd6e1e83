mock_provider "google" {
  mock_resource "google_service_account" {
    defaults = { email = "other@my-project.iam.gserviceaccount.com" }
  }
}

mock_provider "kubernetes" {}

override_resource {
  target = module.platform.google_service_account.launch
  values = { email = "taskpod-launch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = module.platform.google_service_account.watch
  values = { email = "taskpod-watch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = module.platform.google_pubsub_topic.this["tasks"]
  values = { id = "projects/my-project/topics/taskpod-tasks" }
}

variables {
  dist_folder = "../../modules/platform/tests/sources"
  project_id  = "my-project"
  publishers  = { me = "user:me@example.com" }
  readers     = { me = "user:me@example.com" }
  region      = "europe-west1"
}

# Nothing of the cluster is known yet, and the plan is made all the same: one apply is enough.
run "plan_of_an_empty_project" {
  command = plan

  assert {
    condition     = module.cluster.cluster == "projects/my-project/locations/europe-west1/clusters/taskpod"
    error_message = "The functions would be given another cluster than the one that is created."
  }
}

run "apply" {
  assert {
    condition = (
      output.taskpod.bucket == "my-project-taskpod" &&
      output.taskpod.cluster == "projects/my-project/locations/europe-west1/clusters/taskpod" &&
      output.taskpod.launch_service_account == "taskpod-launch@my-project.iam.gserviceaccount.com" &&
      output.taskpod.namespace == "composer-user-workloads" &&
      output.taskpod.tasks_topic == "projects/my-project/topics/taskpod-tasks" &&
      output.taskpod.watch_service_account == "taskpod-watch@my-project.iam.gserviceaccount.com"
    )
    error_message = "The command line would look elsewhere than where things are."
  }

  assert {
    condition = sort(keys(output.taskpod)) == tolist([
      "bucket", "cluster", "clusters", "dead_letters_subscription", "events_topic", "launch_service_account", "launch_subscription",
      "namespace", "namespaces", "tasks_topic", "watch_service_account", "watch_subscription", "watch_topic",
    ])
    error_message = "The command line reads other names from the output."
  }

  assert {
    condition     = module.namespace.name == "composer-user-workloads"
    error_message = "The functions would use another namespace than the one that is created."
  }
}

run "a_second_apply_with_the_admission_policy" {
  command = plan

  variables {
    admission_policy = true
  }

  assert {
    condition     = module.namespace.admission_policy != null
    error_message = "The admission policy is not there when it is asked for."
  }
}

