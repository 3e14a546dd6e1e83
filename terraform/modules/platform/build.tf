# What the functions are built from and into; nothing of it is read while they run.
resource "google_storage_bucket" "source" {
  project                     = var.project_id
  name                        = "${local._bucket_name}-source"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true
  labels                      = var.labels

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]

    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.storage]
}

locals {
  _dist_folder = coalesce(var.dist_folder, "${path.module}/../../../dist")
  _sources     = { for name in ["launch", "watch"] : name => "${local._dist_folder}/${name}.zip" }
}

# The name carries the content's hash, so that a change is deployed and the same content is not.
resource "google_storage_bucket_object" "source" {
  for_each = local._sources

  bucket       = google_storage_bucket.source.name
  name         = "${each.key}-${substr(try(filesha256(each.value), ""), 0, 16)}.zip"
  source       = each.value
  content_type = "application/zip"

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = fileexists(each.value)
      error_message = "There is no ${each.value}: run \"npm run build\" in the repository first."
    }
  }
}

resource "google_artifact_registry_repository" "functions" {
  project       = var.project_id
  location      = var.region
  repository_id = "${var.name}-functions"
  description   = "Images of the Taskpod functions, written by their builds"
  format        = "DOCKER"
  labels        = var.labels

  # Cloud Run keeps a copy of what it runs.
  cleanup_policies {
    id     = "keep-five"
    action = "KEEP"

    most_recent_versions {
      keep_count = 5
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      older_than = "30d"
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.project_id
  location   = google_artifact_registry_repository.functions.location
  repository = google_artifact_registry_repository.functions.name
  role       = "roles/artifactregistry.writer"
  member     = local._build_member
}

resource "google_storage_bucket_iam_member" "build_source" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = local._build_member
}

# The build reads the copy that Cloud Run functions makes of the source, in a bucket of Google's making that does not
# exist before the first function does: so the right is the project's, and its condition names that bucket.
resource "google_project_iam_member" "build_copies" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = local._build_member

  condition {
    title      = "only sources of functions"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-\")"
  }
}

# Logs have no resource of ours to bind to.
resource "google_project_iam_member" "build_logs" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = local._build_member

  depends_on = [google_project_service.this]
}
