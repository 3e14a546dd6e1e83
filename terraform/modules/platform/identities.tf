resource "google_service_account" "launch" {
  project      = var.project_id
  account_id   = "${var.name}-launch"
  display_name = "Taskpod ${var.name}: creates Pods"

  depends_on = [google_project_service.this]
}

resource "google_service_account" "watch" {
  project      = var.project_id
  account_id   = "${var.name}-watch"
  display_name = "Taskpod ${var.name}: watches Pods, keeps their logs and outcomes"

  depends_on = [google_project_service.this]
}

# As whom Pub/Sub calls the two functions. It may do nothing else.
resource "google_service_account" "push" {
  project      = var.project_id
  account_id   = "${var.name}-push"
  display_name = "Taskpod ${var.name}: Pub/Sub's pushes to the functions"

  depends_on = [google_project_service.this]
}

# Builds the functions. Without it they would be built as the project's default service account, which in a new
# organization may do nothing, and in an old one everything.
resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "${var.name}-build"
  display_name = "Taskpod ${var.name}: builds the functions"

  depends_on = [google_project_service.this]
}

locals {
  _launch_member = "serviceAccount:${google_service_account.launch.email}"
  _watch_member  = "serviceAccount:${google_service_account.watch.email}"
  _push_member   = "serviceAccount:${google_service_account.push.email}"
  _build_member  = "serviceAccount:${google_service_account.build.email}"

  # Asked of the bucket, because reading the project itself needs an API that an empty project has not.
  _project_number = google_storage_bucket.runs.project_number
  _pubsub_agent   = "serviceAccount:service-${local._project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

# Pub/Sub makes the token of each push. In projects older than April 2021 its agent may not do so by itself.
resource "google_service_account_iam_member" "push_token" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = local._pubsub_agent

  depends_on = [google_pubsub_topic.this]
}
