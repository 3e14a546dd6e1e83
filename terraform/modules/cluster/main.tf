resource "google_project_service" "this" {
  for_each = toset(["cloudresourcemanager.googleapis.com", "compute.googleapis.com", "container.googleapis.com", "iam.googleapis.com"])

  project            = var.project_id
  service            = each.key
  disable_on_destroy = false
}

resource "google_container_cluster" "this" {
  project             = var.project_id
  name                = var.name
  location            = var.location
  enable_autopilot    = true
  deletion_protection = var.deletion_protection
  network             = local._network
  subnetwork          = local._subnetwork
  resource_labels     = var.labels

  release_channel {
    channel = var.release_channel
  }

  # Workload Identity, Shielded Nodes and network policies are Autopilot's own.
  private_cluster_config {
    enable_private_nodes = true
  }

  # The API server has a name and no address. "External" is whatever is not in its network, the functions among it: the
  # gate is not the network but IAM, for container.clusters.connect is asked of every request, and VPC Service Controls.
  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = true
    }

    ip_endpoints_config {
      enabled = false
    }
  }

  ip_allocation_policy {}

  cluster_autoscaling {
    auto_provisioning_defaults {
      service_account = google_service_account.nodes.email
      oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    }
  }

  dynamic "maintenance_policy" {
    for_each = var.maintenance_window == null ? [] : [var.maintenance_window]

    content {
      recurring_window {
        start_time = maintenance_policy.value.start_time
        end_time   = maintenance_policy.value.end_time
        recurrence = maintenance_policy.value.recurrence
      }
    }
  }

  depends_on = [
    google_compute_router_nat.this,
    google_project_iam_member.nodes,
    google_project_service.this,
  ]
}
