locals {
  _bucket_name = coalesce(var.bucket_name, "${var.project_id}-${var.name}")
}

# Versioning is off: what holds results is created once and never overwritten, and a lease is overwritten every few seconds.
# Soft delete brings back what was deleted by mistake.
resource "google_storage_bucket" "runs" {
  project                     = var.project_id
  name                        = local._bucket_name
  location                    = coalesce(var.bucket_location, var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy
  labels                      = var.labels

  versioning {
    enabled = false
  }

  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_days * 86400
  }

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]

    content {
      default_kms_key_name = encryption.value
    }
  }

  # Markers, leases, variables and connections have no age: they go when they are done with, or stay.
  dynamic "lifecycle_rule" {
    for_each = var.retention_days == null ? [] : [var.retention_days]

    content {
      action {
        type = "Delete"
      }

      condition {
        age            = lifecycle_rule.value
        matches_prefix = ["rejected/", "runs/"]
      }
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.storage]
}

data "google_storage_project_service_account" "this" {
  count = var.kms_key_name == null ? 0 : 1

  project = var.project_id

  depends_on = [google_project_service.this]
}

resource "google_kms_crypto_key_iam_member" "storage" {
  count = var.kms_key_name == null ? 0 : 1

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = data.google_storage_project_service_account.this[0].member
}
