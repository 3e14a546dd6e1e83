locals {
  # A task is worth waiting for: 30 deliveries last about four hours. A ticket is not: the next minute's sweep makes new ones.
  # Tasks are kept seven days and no longer: the sweep takes a marker of eight days without a claim for an orphan.
  _push = {
    launch = {
      topic        = "tasks"
      retention    = "604800s"
      max_backoff  = "600s"
      max_attempts = var.launch.max_delivery_attempts
    }
    watch = {
      topic        = "watch"
      retention    = "3600s"
      max_backoff  = "60s"
      max_attempts = var.watch.max_delivery_attempts
    }
  }
}

resource "google_pubsub_subscription" "push" {
  for_each = local._push

  project = var.project_id
  name    = "${var.name}-${each.key}"
  topic   = google_pubsub_topic.this[each.value.topic].id
  labels  = var.labels

  # Also how long Pub/Sub waits for the answer: a Turn takes up to turn_seconds.
  ack_deadline_seconds       = 600
  message_retention_duration = each.value.retention

  expiration_policy {
    ttl = ""
  }

  push_config {
    push_endpoint = google_cloudfunctions2_function.this[each.key].service_config[0].uri

    # Cloud Run compares the audience with the service's own address.
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = google_cloudfunctions2_function.this[each.key].service_config[0].uri
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = each.value.max_backoff
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.this["dead-letters"].id
    max_delivery_attempts = each.value.max_attempts
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.push,
    google_pubsub_topic_iam_member.publisher,
    google_service_account_iam_member.push_token,
  ]
}

# Pub/Sub acknowledges what it has put by.
resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = google_pubsub_subscription.push

  project      = var.project_id
  subscription = each.value.name
  role         = "roles/pubsub.subscriber"
  member       = local._pubsub_agent
}

resource "google_pubsub_subscription" "dead_letters" {
  project = var.project_id
  name    = "${var.name}-dead-letters"
  topic   = google_pubsub_topic.this["dead-letters"].id
  labels  = var.labels

  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}
