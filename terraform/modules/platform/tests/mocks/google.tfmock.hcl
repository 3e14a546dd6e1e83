override_resource {
  target = google_service_account.launch
  values = { email = "taskpod-launch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = google_service_account.watch
  values = { email = "taskpod-watch@my-project.iam.gserviceaccount.com" }
}

override_resource {
  target = google_service_account.push
  values = {
    email = "taskpod-push@my-project.iam.gserviceaccount.com"
    name  = "projects/my-project/serviceAccounts/taskpod-push@my-project.iam.gserviceaccount.com"
  }
}

override_resource {
  target = google_service_account.build
  values = {
    email = "taskpod-build@my-project.iam.gserviceaccount.com"
    id    = "projects/my-project/serviceAccounts/taskpod-build@my-project.iam.gserviceaccount.com"
  }
}

override_resource {
  target = google_storage_bucket.runs
  values = { project_number = 123456789012 }
}

override_resource {
  target = google_project_iam_custom_role.objects_read
  values = { name = "projects/my-project/roles/taskpod_objects_read" }
}

override_resource {
  target = google_project_iam_custom_role.objects_write
  values = { name = "projects/my-project/roles/taskpod_objects_write" }
}

override_resource {
  target = google_project_iam_custom_role.cluster_access
  values = { name = "projects/its-own/roles/taskpod_cluster_access" }
}

override_resource {
  target = google_project_iam_custom_role.cluster_operations
  values = { name = "projects/its-own/roles/taskpod_cluster_operations" }
}

override_resource {
  target = google_pubsub_topic.this["dead-letters"]
  values = { id = "projects/my-project/topics/taskpod-dead-letters" }
}

override_resource {
  target = google_pubsub_topic.this["events"]
  values = { id = "projects/my-project/topics/taskpod-events" }
}

override_resource {
  target = google_pubsub_topic.this["tasks"]
  values = { id = "projects/my-project/topics/taskpod-tasks" }
}

override_resource {
  target = google_pubsub_topic.this["watch"]
  values = { id = "projects/my-project/topics/taskpod-watch" }
}

override_resource {
  target = google_pubsub_subscription.push["launch"]
  values = { id = "projects/my-project/subscriptions/taskpod-launch" }
}

override_resource {
  target = google_pubsub_subscription.push["watch"]
  values = { id = "projects/my-project/subscriptions/taskpod-watch" }
}

override_resource {
  target = google_pubsub_subscription.dead_letters
  values = { id = "projects/my-project/subscriptions/taskpod-dead-letters" }
}

override_data {
  target = data.google_storage_project_service_account.this
  values = { member = "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com" }
}
