provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_client_config" "this" {}

provider "kubernetes" {
  host  = module.cluster.host
  token = data.google_client_config.this.access_token
}

module "cluster" {
  source = "../../modules/cluster"

  project_id          = var.project_id
  location            = var.region
  deletion_protection = var.deletion_protection
}

module "platform" {
  source = "../../modules/platform"

  project_id    = var.project_id
  region        = var.region
  cluster       = module.cluster.cluster
  namespace     = var.namespace
  configurers   = var.configurers
  dist_folder   = var.dist_folder
  force_destroy = !var.deletion_protection
  publishers    = var.publishers
  readers       = var.readers

  # What the admission policy would refuse is refused before, with a reason that a person can read.
  policy = { service_accounts = module.namespace.service_accounts }
}

module "namespace" {
  source = "../../modules/namespace"

  project_id             = var.project_id
  name                   = var.namespace
  launch_service_account = module.platform.launch_service_account
  watch_service_account  = module.platform.watch_service_account
  admission_policy       = var.admission_policy
}
