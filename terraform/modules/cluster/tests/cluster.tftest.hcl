mock_provider "google" {
  override_resource {
    target = google_service_account.nodes
    values = { email = "taskpod-nodes@my-project.iam.gserviceaccount.com" }
  }
}

variables {
  location   = "europe-west1"
  project_id = "my-project"
}

run "defaults" {
  assert {
    condition = (
      google_container_cluster.this.enable_autopilot &&
      google_container_cluster.this.deletion_protection &&
      google_container_cluster.this.release_channel[0].channel == "REGULAR" &&
      google_container_cluster.this.private_cluster_config[0].enable_private_nodes
    )
    error_message = "The cluster is not Autopilot, can be destroyed by mistake, or has nodes with public addresses."
  }

  assert {
    condition = (
      google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic &&
      google_container_cluster.this.control_plane_endpoints_config[0].ip_endpoints_config[0].enabled == false
    )
    error_message = "The API server is not reached by its name, or still has an address."
  }

  assert {
    condition     = google_container_cluster.this.cluster_autoscaling[0].auto_provisioning_defaults[0].service_account == "taskpod-nodes@my-project.iam.gserviceaccount.com"
    error_message = "Nodes run as another identity than their own."
  }

  assert {
    condition     = "${google_project_iam_member.nodes.role} ${google_project_iam_member.nodes.member}" == "roles/container.defaultNodeServiceAccount serviceAccount:taskpod-nodes@my-project.iam.gserviceaccount.com"
    error_message = "Nodes may do more or less than nodes have to."
  }

  assert {
    condition     = length(google_project_iam_member.images) == 0
    error_message = "Nodes may pull images that nobody named."
  }

  assert {
    condition = (
      google_compute_subnetwork.this[0].region == "europe-west1" &&
      google_compute_subnetwork.this[0].private_ip_google_access &&
      google_compute_router_nat.this[0].source_subnetwork_ip_ranges_to_nat == "ALL_SUBNETWORKS_ALL_IP_RANGES"
    )
    error_message = "Nodes have no way to Google's APIs, or none out."
  }

  assert {
    condition     = output.cluster == "projects/my-project/locations/europe-west1/clusters/taskpod"
    error_message = "The output does not name the cluster as modules/platform takes it."
  }
}

run "in_a_network_that_exists" {
  variables {
    image_projects = ["images-project"]
    maintenance_window = {
      end_time   = "2027-01-02T06:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
      start_time = "2027-01-02T00:00:00Z"
    }
    network = {
      network    = "projects/my-project/global/networks/main"
      subnetwork = "projects/my-project/regions/europe-west1/subnetworks/main"
    }
  }

  assert {
    condition = (
      google_container_cluster.this.network == "projects/my-project/global/networks/main" &&
      google_container_cluster.this.subnetwork == "projects/my-project/regions/europe-west1/subnetworks/main" &&
      length(google_compute_network.this) + length(google_compute_subnetwork.this) + length(google_compute_router.this) + length(google_compute_router_nat.this) == 0
    )
    error_message = "A network is created, though there is one."
  }

  assert {
    condition     = [for grant in google_project_iam_member.images : "${grant.project} ${grant.role} ${grant.member}"] == ["images-project roles/artifactregistry.reader serviceAccount:taskpod-nodes@my-project.iam.gserviceaccount.com"]
    error_message = "Nodes cannot pull the images of the project that was named."
  }

  assert {
    condition     = google_container_cluster.this.maintenance_policy[0].recurring_window[0].recurrence == "FREQ=WEEKLY;BYDAY=SA,SU"
    error_message = "The maintenance window does not reach the cluster."
  }
}

run "refusals" {
  command = plan
  variables {
    location        = "europe-west1-b"
    name            = "Tasks"
    project_id      = "123"
    release_channel = "UNSPECIFIED"
  }
  expect_failures = [var.location, var.name, var.project_id, var.release_channel]
}
