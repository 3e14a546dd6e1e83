locals {
  _service_accounts = sort(setunion([var.service_account], var.service_accounts))
  _workload_pool    = "${var.project_id}.svc.id.goog"
  # PROJECT of NAME@PROJECT.iam.gserviceaccount.com.
  _google_project = try(regex("@(.+)\\.iam\\.gserviceaccount\\.com$", var.workload_identity.google_service_account)[0], null)
}

# Of the tasks that name it. No task talks to the API server unless it asks for a token of its own.
resource "kubernetes_service_account_v1" "this" {
  metadata {
    name      = var.service_account
    namespace = local._namespace
    labels    = var.labels
    annotations = var.workload_identity == null ? {} : {
      "iam.gke.io/gcp-service-account" = var.workload_identity.google_service_account
    }
  }

  automount_service_account_token = false
}

# Of the tasks that name none. Kubernetes makes it; only its token is taken away.
resource "kubernetes_default_service_account_v1" "this" {
  metadata {
    namespace = local._namespace
  }

  automount_service_account_token = false
}

resource "google_service_account_iam_member" "workload_identity" {
  count = var.workload_identity == null ? 0 : 1

  service_account_id = "projects/${local._google_project}/serviceAccounts/${var.workload_identity.google_service_account}"
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${local._workload_pool}[${var.name}/${var.service_account}]"
}
