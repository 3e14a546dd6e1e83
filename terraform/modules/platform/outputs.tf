output "alert_policies" {
  description = "Full names of the alerts, by what they tell."
  value       = { for name, policy in google_monitoring_alert_policy.this : name => policy.name }
}

output "launch_service_account" {
  description = "E-mail of the launch function's service account: it needs a Role in each namespace."
  value       = google_service_account.launch.email
}

output "push_service_account" {
  description = "E-mail of the service account as which Pub/Sub calls the functions."
  value       = google_service_account.push.email
}

output "taskpod" {
  description = "What the command line has to know: `terraform output -json | npx taskpod init --from-terraform -`."
  value = {
    bucket                    = google_storage_bucket.runs.name
    cluster                   = var.cluster
    clusters                  = sort(var.clusters)
    dead_letters_subscription = google_pubsub_subscription.dead_letters.id
    events_topic              = google_pubsub_topic.this["events"].id
    launch_service_account    = google_service_account.launch.email
    launch_subscription       = google_pubsub_subscription.push["launch"].id
    namespace                 = var.namespace
    namespaces                = sort(var.namespaces)
    tasks_topic               = google_pubsub_topic.this["tasks"].id
    watch_service_account     = google_service_account.watch.email
    watch_subscription        = google_pubsub_subscription.push["watch"].id
    watch_topic               = google_pubsub_topic.this["watch"].id
  }

  # Whoever reads this may publish: by then every right is there.
  depends_on = [
    google_cloud_scheduler_job.sweep,
    google_pubsub_subscription_iam_member.dead_letters,
    google_storage_bucket_iam_member.runs,
  ]
}

output "watch_service_account" {
  description = "E-mail of the watch function's service account: it needs a Role in each namespace."
  value       = google_service_account.watch.email
}
