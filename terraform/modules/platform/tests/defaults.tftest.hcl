# What is created by default, and what the options change.
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  cluster     = "projects/my-project/locations/europe-west1/clusters/tasks"
  dist_folder = "tests/sources"
  project_id  = "my-project"
  region      = "europe-west1"
}

run "apis" {
  assert {
    condition     = alltrue([for service in google_project_service.this : service.disable_on_destroy == false])
    error_message = "Destroying would switch APIs off that others may use."
  }

  assert {
    condition     = length(google_project_service.this) == 12
    error_message = "There are other APIs than the twelve that a deployment without options needs."
  }
}

run "buckets" {
  assert {
    condition = alltrue([
      for bucket in [google_storage_bucket.runs, google_storage_bucket.source] :
      bucket.uniform_bucket_level_access && bucket.public_access_prevention == "enforced" && bucket.location == "europe-west1" && length(bucket.encryption) == 0
    ])
    error_message = "A bucket is not closed to the public, or elsewhere."
  }

  assert {
    condition = (
      google_storage_bucket.runs.force_destroy == false &&
      google_storage_bucket.runs.versioning[0].enabled == false &&
      google_storage_bucket.runs.soft_delete_policy[0].retention_duration_seconds == 604800
    )
    error_message = "The bucket of runs can be destroyed with its content, keeps versions, or has no soft delete."
  }

  assert {
    condition = [
      for rule in google_storage_bucket.runs.lifecycle_rule :
      "${one(rule.action).type} ${join(",", one(rule.condition).matches_prefix)} ${one(rule.condition).age}"
    ] == ["Delete rejected/,runs/ 90"]
    error_message = "Something else than runs and rejected messages goes after 90 days."
  }
}

run "topics" {
  assert {
    condition     = [for topic in google_pubsub_topic.this : topic.name] == ["taskpod-dead-letters", "taskpod-events", "taskpod-tasks", "taskpod-watch"]
    error_message = "There are other topics."
  }
}

run "push_subscriptions" {
  assert {
    condition = alltrue([
      for name, subscription in google_pubsub_subscription.push : (
        subscription.ack_deadline_seconds == 600 &&
        subscription.expiration_policy[0].ttl == "" &&
        subscription.push_config[0].push_endpoint == google_cloudfunctions2_function.this[name].service_config[0].uri &&
        subscription.push_config[0].oidc_token[0].audience == google_cloudfunctions2_function.this[name].service_config[0].uri &&
        subscription.push_config[0].oidc_token[0].service_account_email == "taskpod-push@my-project.iam.gserviceaccount.com" &&
        subscription.dead_letter_policy[0].dead_letter_topic == "projects/my-project/topics/taskpod-dead-letters"
      )
    ])
    error_message = "A push subscription waits for less than a Turn, expires, pushes elsewhere or without a token, or loses what fails."
  }

  assert {
    condition = {
      for name, subscription in google_pubsub_subscription.push : name => join(" ", [
        subscription.topic, subscription.message_retention_duration, subscription.retry_policy[0].minimum_backoff,
        subscription.retry_policy[0].maximum_backoff, subscription.dead_letter_policy[0].max_delivery_attempts,
      ])
      } == {
      launch = "projects/my-project/topics/taskpod-tasks 604800s 10s 600s 30"
      watch  = "projects/my-project/topics/taskpod-watch 3600s 10s 60s 50"
    }
    error_message = "A push subscription keeps or repeats messages otherwise."
  }
}

run "dead_letters" {
  assert {
    condition = (
      google_pubsub_subscription.dead_letters.topic == "projects/my-project/topics/taskpod-dead-letters" &&
      google_pubsub_subscription.dead_letters.message_retention_duration == "2678400s" &&
      google_pubsub_subscription.dead_letters.expiration_policy[0].ttl == "" &&
      length(google_pubsub_subscription.dead_letters.push_config) == 0
    )
    error_message = "Dead letters are not kept for 31 days in a subscription to pull from."
  }
}

run "sweep" {
  assert {
    condition = (
      google_cloud_scheduler_job.sweep.schedule == "* * * * *" &&
      google_cloud_scheduler_job.sweep.pubsub_target[0].topic_name == "projects/my-project/topics/taskpod-watch" &&
      base64decode(google_cloud_scheduler_job.sweep.pubsub_target[0].data) == "{\"kind\":\"sweep\"}"
    )
    error_message = "The sweep does not come each minute."
  }
}

run "alerts" {
  assert {
    condition     = sort(keys(google_monitoring_alert_policy.this)) == tolist(["dead_letters", "errors", "launch_waits", "sweep_silent", "watch_waits"])
    error_message = "There are other alerts."
  }

  assert {
    condition     = alltrue([for alert in google_monitoring_alert_policy.this : length(alert.conditions) == 1 && length(alert.documentation[0].content) > 40])
    error_message = "An alert has no condition, or does not say what to do."
  }

  assert {
    condition     = google_monitoring_alert_policy.this["dead_letters"].conditions[0].condition_threshold[0].filter == "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"taskpod-dead-letters\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
    error_message = "The alert on dead letters looks at something else."
  }

  assert {
    condition = (
      google_monitoring_alert_policy.this["sweep_silent"].conditions[0].condition_absent[0].filter == "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"taskpod-watch\" AND metric.type = \"run.googleapis.com/request_count\" AND metric.labels.response_code_class = \"2xx\"" &&
      google_monitoring_alert_policy.this["sweep_silent"].conditions[0].condition_absent[0].duration == "300s"
    )
    error_message = "The alert on silent sweeps looks at something else, or comes at another time."
  }

  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles) == 8
    error_message = "The dashboard has other charts."
  }
}

run "no_alerts" {
  variables {
    alerts = { enabled = false }
  }

  assert {
    condition     = length(google_monitoring_alert_policy.this) == 0
    error_message = "Alerts cannot be switched off."
  }
}

run "output" {
  assert {
    condition = jsonencode(output.taskpod) == jsonencode({
      bucket                    = "my-project-taskpod"
      cluster                   = "projects/my-project/locations/europe-west1/clusters/tasks"
      clusters                  = []
      dead_letters_subscription = "projects/my-project/subscriptions/taskpod-dead-letters"
      events_topic              = "projects/my-project/topics/taskpod-events"
      launch_service_account    = "taskpod-launch@my-project.iam.gserviceaccount.com"
      launch_subscription       = "projects/my-project/subscriptions/taskpod-launch"
      namespace                 = "composer-user-workloads"
      namespaces                = []
      tasks_topic               = "projects/my-project/topics/taskpod-tasks"
      watch_service_account     = "taskpod-watch@my-project.iam.gserviceaccount.com"
      watch_subscription        = "projects/my-project/subscriptions/taskpod-watch"
      watch_topic               = "projects/my-project/topics/taskpod-watch"
    })
    error_message = "The command line would read something else from the output."
  }
}

run "own_key_and_no_retention" {
  variables {
    bucket_location = "EU"
    bucket_name     = "our-runs"
    kms_key_name    = "projects/keys/locations/europe/keyRings/taskpod/cryptoKeys/all"
    retention_days  = null
  }

  assert {
    condition = (
      google_storage_bucket.runs.name == "our-runs" && google_storage_bucket.runs.location == "EU" &&
      google_storage_bucket.source.name == "our-runs-source" && length(google_storage_bucket.runs.lifecycle_rule) == 0
    )
    error_message = "The bucket has another name or place, or objects go by their age."
  }

  assert {
    condition = alltrue(concat(
      [for bucket in [google_storage_bucket.runs, google_storage_bucket.source] : bucket.encryption[0].default_kms_key_name == var.kms_key_name],
      [for topic in google_pubsub_topic.this : topic.kms_key_name == var.kms_key_name],
    ))
    error_message = "Something is not encrypted by the key."
  }

  assert {
    condition = [
      for grant in concat(google_kms_crypto_key_iam_member.pubsub, google_kms_crypto_key_iam_member.storage) : "${grant.crypto_key_id} ${grant.role} ${grant.member}"
      ] == [
      "projects/keys/locations/europe/keyRings/taskpod/cryptoKeys/all roles/cloudkms.cryptoKeyEncrypterDecrypter serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com",
      "projects/keys/locations/europe/keyRings/taskpod/cryptoKeys/all roles/cloudkms.cryptoKeyEncrypterDecrypter serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com",
    ]
    error_message = "Others than the agents of Cloud Storage and Pub/Sub may use the key, or one of them may not."
  }
}

run "another_name" {
  command = plan

  variables {
    name = "team-a"
  }

  assert {
    condition = concat(
      [for topic in google_pubsub_topic.this : topic.name],
      [google_storage_bucket.runs.name, google_service_account.launch.account_id, google_project_iam_custom_role.objects_read.role_id, google_cloud_scheduler_job.sweep.name],
    ) == ["team-a-dead-letters", "team-a-events", "team-a-tasks", "team-a-watch", "my-project-team-a", "team-a-launch", "team_a_objects_read", "team-a-sweep"]
    error_message = "Two deployments in one project would be in each other's way."
  }
}
