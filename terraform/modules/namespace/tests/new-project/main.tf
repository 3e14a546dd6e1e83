# As in a new project: nobody knows the e-mails before the first apply.
terraform {
  required_providers {
    google     = { source = "hashicorp/google" }
    kubernetes = { source = "hashicorp/kubernetes" }
  }
}

resource "google_service_account" "this" {
  for_each = toset(["launch", "watch", "tasks"])

  project    = "my-project"
  account_id = each.key
}

module "namespace" {
  source = "../.."

  name                   = "etl"
  project_id             = "my-project"
  launch_service_account = google_service_account.this["launch"].email
  watch_service_account  = google_service_account.this["watch"].email
  workload_identity      = { google_service_account = google_service_account.this["tasks"].email }
}

output "namespace" {
  description = "Name of the namespace."
  value       = module.namespace.name
}
