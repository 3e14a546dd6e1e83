locals {
  _own_network = var.network == null
  _region      = join("-", slice(split("-", var.location), 0, 2))
  _network     = local._own_network ? google_compute_network.this[0].id : var.network.network
  _subnetwork  = local._own_network ? google_compute_subnetwork.this[0].id : var.network.subnetwork
}

resource "google_compute_network" "this" {
  count = local._own_network ? 1 : 0

  project                 = var.project_id
  name                    = var.name
  auto_create_subnetworks = false

  depends_on = [google_project_service.this]
}

resource "google_compute_subnetwork" "this" {
  count = local._own_network ? 1 : 0

  project                  = var.project_id
  name                     = var.name
  region                   = local._region
  network                  = google_compute_network.this[0].id
  ip_cidr_range            = "10.10.0.0/20"
  private_ip_google_access = true
}

# Nodes have no address of their own: images from elsewhere than Google, and whatever tasks call, are reached through this.
resource "google_compute_router" "this" {
  count = local._own_network ? 1 : 0

  project = var.project_id
  name    = var.name
  region  = local._region
  network = google_compute_network.this[0].id
}

resource "google_compute_router_nat" "this" {
  count = local._own_network ? 1 : 0

  project                            = var.project_id
  name                               = var.name
  region                             = local._region
  router                             = google_compute_router.this[0].name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}
