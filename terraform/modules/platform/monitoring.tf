locals {
  _subscription_metric = {
    for name in ["dead-letters", "launch", "watch"] : name =>
    "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${var.name}-${name}\" AND metric.type = \"pubsub.googleapis.com/subscription"
  }

  # Each sweep is answered within the minute, so that one of watch's answers is missing when Cloud Scheduler, Pub/Sub or the
  # function is. A metric made of log entries would tell sweeps apart, but an alert on it is refused until it is ten minutes old.
  _answers_metric = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"${var.name}-watch\" AND metric.type = \"run.googleapis.com/request_count\" AND metric.labels.response_code_class = \"2xx\""

  _thresholds = {
    dead_letters = {
      title     = "messages that could not be handled"
      filter    = "${local._subscription_metric["dead-letters"]}/num_undelivered_messages\""
      threshold = 0
      action    = "Look at them with `gcloud pubsub subscriptions pull ${var.name}-dead-letters`: their attributes tell the subscription they come from, and the log of its function tells why. When the cause is gone, publish the tasks among them again."
    }
    launch_waits = {
      title     = "tasks wait to be launched"
      filter    = "${local._subscription_metric["launch"]}/oldest_unacked_message_age\""
      threshold = 900
      action    = "Read the logs of the function ${var.name}-launch: most often a cluster does not answer, or there are more tasks than launch.max_instances can take."
    }
    watch_waits = {
      title     = "tickets wait to be watched"
      filter    = "${local._subscription_metric["watch"]}/oldest_unacked_message_age\""
      threshold = 1800
      action    = "Read the logs of the function ${var.name}-watch: most often a cluster does not answer, or a Turn is cut off."
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = var.alerts.enabled ? merge(local._thresholds, { errors = null, sweep_silent = null }) : {}

  project               = var.project_id
  display_name          = "Taskpod ${var.name}: ${local._alert_titles[each.key]}"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = var.alerts.notification_channels
  user_labels           = var.labels

  dynamic "conditions" {
    for_each = each.value == null ? [] : [each.value]

    content {
      display_name = conditions.value.title

      condition_threshold {
        filter          = conditions.value.filter
        comparison      = "COMPARISON_GT"
        threshold_value = conditions.value.threshold
        duration        = "60s"

        aggregations {
          alignment_period   = "60s"
          per_series_aligner = "ALIGN_MAX"
        }
      }
    }
  }

  dynamic "conditions" {
    for_each = each.key == "sweep_silent" ? [local._alert_titles[each.key]] : []

    content {
      display_name = conditions.value

      condition_absent {
        filter   = local._answers_metric
        duration = "300s"

        aggregations {
          alignment_period     = "60s"
          per_series_aligner   = "ALIGN_DELTA"
          cross_series_reducer = "REDUCE_SUM"
        }
      }
    }
  }

  dynamic "conditions" {
    for_each = each.key == "errors" ? [local._alert_titles[each.key]] : []

    content {
      display_name = conditions.value

      condition_matched_log {
        filter = "resource.type=\"cloud_run_revision\" (resource.labels.service_name=\"${var.name}-launch\" OR resource.labels.service_name=\"${var.name}-watch\") severity>=ERROR"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = local._alert_actions[each.key]
  }

  dynamic "alert_strategy" {
    for_each = each.key == "errors" ? ["3600s"] : []

    content {
      auto_close = alert_strategy.value

      # An alert on logs needs one.
      notification_rate_limit {
        period = "300s"
      }
    }
  }
}

locals {
  _alert_titles = merge(
    { for name, alert in local._thresholds : name => alert.title },
    { errors = "the functions log errors", sweep_silent = "no sweep for five minutes" },
  )
  _alert_actions = merge(
    { for name, alert in local._thresholds : name => alert.action },
    {
      errors       = "Each error in the log says in `action` what to do."
      sweep_silent = "Nothing is mended or tried again until sweeps come. See whether the job ${var.name}-sweep of Cloud Scheduler runs, and read the logs of the function ${var.name}-watch."
    },
  )
}
