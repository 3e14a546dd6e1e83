resource "google_pubsub_topic" "this" {
  for_each = toset(["dead-letters", "events", "tasks", "watch"])

  project      = var.project_id
  name         = "${var.name}-${each.key}"
  kms_key_name = var.kms_key_name
  labels       = var.labels

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.pubsub]
}

resource "google_kms_crypto_key_iam_member" "pubsub" {
  count = var.kms_key_name == null ? 0 : 1

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local._pubsub_agent

  depends_on = [google_project_service.this]
}

locals {
  # Watch publishes a task again when it is to be tried again, and when its claim has no Pod: it may create none itself.
  _topic_grants = merge(
    {
      "launch publishes events"      = { topic = "events", member = local._launch_member }
      "launch publishes tickets"     = { topic = "watch", member = local._launch_member }
      "watch publishes events"       = { topic = "events", member = local._watch_member }
      "watch publishes tasks"        = { topic = "tasks", member = local._watch_member }
      "watch publishes tickets"      = { topic = "watch", member = local._watch_member }
      "Pub/Sub puts dead letters by" = { topic = "dead-letters", member = local._pubsub_agent }
    },
    { for name, member in var.publishers : "${name} publishes tasks" => { topic = "tasks", member = member } },
  )
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local._topic_grants

  project = var.project_id
  topic   = google_pubsub_topic.this[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}
