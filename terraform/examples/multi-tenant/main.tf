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

# A deployment for each team: its own topic, bucket and identities. Who may publish for one team can reach nothing of another's,
# because the launch function that takes its messages has a Role in its namespace alone.
module "platform" {
  source   = "../../modules/platform"
  for_each = var.teams

  name          = each.key
  project_id    = var.project_id
  region        = var.region
  cluster       = module.cluster.cluster
  namespace     = each.key
  configurers   = each.value.configurers
  dist_folder   = var.dist_folder
  force_destroy = !var.deletion_protection
  labels        = { team = each.key }
  policy        = merge(each.value.policy, { service_accounts = ["${each.key}/default", "${each.key}/tasks"] })
  publishers    = each.value.publishers
  readers       = each.value.readers
}

module "namespace" {
  source   = "../../modules/namespace"
  for_each = var.teams

  project_id             = var.project_id
  name                   = each.key
  launch_service_account = module.platform[each.key].launch_service_account
  watch_service_account  = module.platform[each.key].watch_service_account
  admission_policy       = var.admission_policy
  labels                 = { team = each.key }
  pod_security           = coalesce(each.value.policy.pod_security, "baseline")
  quota                  = each.value.quota
}
