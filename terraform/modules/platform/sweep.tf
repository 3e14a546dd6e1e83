# Not repeated when it fails, for the next one comes in a minute. Published by Cloud Scheduler's own agent, which Google gives
# that right when its API is switched on: a service account of ours for it would only be one identity more that may publish.
resource "google_cloud_scheduler_job" "sweep" {
  project     = var.project_id
  region      = var.region
  name        = "${var.name}-sweep"
  description = "Wakes Taskpod ${var.name} each minute, to mend what was interrupted and start retries that are due"
  schedule    = "* * * * *"
  time_zone   = "Etc/UTC"

  pubsub_target {
    topic_name = google_pubsub_topic.this["watch"].id
    data       = base64encode(jsonencode({ kind = "sweep" }))
  }

  depends_on = [google_pubsub_subscription.push]
}
