provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_client_config" "this" {}

data "google_container_cluster" "this" {
  project  = local._cluster_project
  location = local._cluster_location
  name     = local._cluster_name
}

locals {
  _cluster_parts    = split("/", var.cluster)
  _cluster_project  = local._cluster_parts[1]
  _cluster_location = local._cluster_parts[3]
  _cluster_name     = local._cluster_parts[5]
  _dns              = try(data.google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0], null)
  _by_name          = try(local._dns.allow_external_traffic, false)
}

# By its name where that is open, as the functions do; else by its address, and then its own authority vouches for it.
provider "kubernetes" {
  host                   = "https://${local._by_name ? local._dns.endpoint : data.google_container_cluster.this.endpoint}"
  token                  = data.google_client_config.this.access_token
  cluster_ca_certificate = local._by_name ? null : base64decode(data.google_container_cluster.this.master_auth[0].cluster_ca_certificate)
}

module "platform" {
  source = "../../modules/platform"

  project_id  = var.project_id
  region      = var.region
  cluster     = var.cluster
  namespace   = var.namespace
  dist_folder = var.dist_folder
  publishers  = var.publishers
  readers     = var.readers
  vpc         = var.vpc

  # What the admission policy would refuse is refused before, with a reason that a person can read.
  policy = { service_accounts = module.namespace.service_accounts }
}

module "namespace" {
  source = "../../modules/namespace"

  project_id             = local._cluster_project
  name                   = var.namespace
  launch_service_account = module.platform.launch_service_account
  watch_service_account  = module.platform.watch_service_account
}
