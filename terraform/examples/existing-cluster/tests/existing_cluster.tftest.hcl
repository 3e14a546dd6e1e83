mock_provider "google" {
  mock_data "google_container_cluster" {
    defaults = {
      control_plane_endpoints_config = [{ dns_endpoint_config = [{ endpoint = "gke-1.europe-west1.gke.goog", allow_external_traffic = true }] }]
      endpoint                       = "10.0.0.2"
      master_auth                    = [{ cluster_ca_certificate = "Y2E=" }]
    }
  }

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
  cluster     = "projects/clusters-project/locations/europe-west1/clusters/main"
  dist_folder = "../../modules/platform/tests/sources"
  project_id  = "my-project"
  region      = "europe-west1"
}

run "by_its_name" {
  assert {
    condition     = local._by_name && local._dns.endpoint == "gke-1.europe-west1.gke.goog"
    error_message = "The cluster's DNS endpoint is open, and not used."
  }

  assert {
    condition = (
      output.taskpod.cluster == "projects/clusters-project/locations/europe-west1/clusters/main" &&
      output.taskpod.namespace == "taskpod" &&
      output.taskpod.tasks_topic == "projects/my-project/topics/taskpod-tasks"
    )
    error_message = "The command line would look elsewhere than where things are."
  }

  assert {
    condition     = module.namespace.name == "taskpod" && module.namespace.admission_policy != null
    error_message = "The namespace, or its admission policy, is not created in a cluster that exists."
  }
}

run "by_its_private_address" {
  override_data {
    target = data.google_container_cluster.this
    values = {
      control_plane_endpoints_config = [{ dns_endpoint_config = [{ endpoint = "gke-1.europe-west1.gke.goog", allow_external_traffic = false }] }]
      endpoint                       = "10.0.0.2"
      master_auth                    = [{ cluster_ca_certificate = "Y2E=" }]
    }
  }

  variables {
    vpc = {
      network    = "projects/my-project/global/networks/main"
      subnetwork = "projects/my-project/regions/europe-west1/subnetworks/functions"
    }
  }

  assert {
    condition     = !local._by_name
    error_message = "A DNS endpoint that is closed to us would be used."
  }
}

run "refusals" {
  command = plan

  variables {
    cluster = "main"
  }

  expect_failures = [var.cluster]
}
