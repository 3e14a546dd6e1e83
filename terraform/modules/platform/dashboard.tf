locals {
  _charts = [
    {
      title   = "Tasks published"
      filter  = "resource.type = \"pubsub_topic\" AND resource.labels.topic_id = \"${var.name}-tasks\" AND metric.type = \"pubsub.googleapis.com/topic/send_message_operation_count\""
      aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", group = []
    },
    {
      title   = "Changes of state announced"
      filter  = "resource.type = \"pubsub_topic\" AND resource.labels.topic_id = \"${var.name}-events\" AND metric.type = \"pubsub.googleapis.com/topic/send_message_operation_count\""
      aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", group = []
    },
    {
      title   = "Age of the oldest task that waits, in seconds"
      filter  = "${local._subscription_metric["launch"]}/oldest_unacked_message_age\""
      aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", group = []
    },
    {
      title   = "Dead letters"
      filter  = "${local._subscription_metric["dead-letters"]}/num_undelivered_messages\""
      aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", group = []
    },
    {
      title   = "Answers of the functions"
      filter  = "${local._services} AND metric.type = \"run.googleapis.com/request_count\""
      aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", group = ["resource.label.service_name", "metric.label.response_code_class"]
    },
    {
      title   = "Instances of the functions"
      filter  = "${local._services} AND metric.type = \"run.googleapis.com/container/instance_count\""
      aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", group = ["resource.label.service_name"]
    },
    {
      title   = "Billed time of the functions, in seconds each second"
      filter  = "${local._services} AND metric.type = \"run.googleapis.com/container/billable_instance_time\""
      aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", group = ["resource.label.service_name"]
    },
  ]
  _services = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = monitoring.regex.full_match(\"${var.name}-(launch|watch)\")"
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id
  dashboard_json = jsonencode({
    displayName = "Taskpod ${var.name}"
    mosaicLayout = {
      columns = 12
      tiles = concat(
        [
          for index, chart in local._charts : {
            xPos   = index % 2 * 6
            yPos   = floor(index / 2) * 4
            width  = 6
            height = 4
            widget = {
              title = chart.title
              xyChart = {
                dataSets = [{
                  plotType = "LINE"
                  timeSeriesQuery = {
                    timeSeriesFilter = {
                      filter = chart.filter
                      aggregation = {
                        alignmentPeriod    = "60s"
                        perSeriesAligner   = chart.aligner
                        crossSeriesReducer = chart.reducer
                        groupByFields      = chart.group
                      }
                    }
                  }
                }]
              }
            }
          }
        ],
        [{
          xPos   = 0
          yPos   = ceil(length(local._charts) / 2) * 4
          width  = 12
          height = 6
          widget = {
            title = "What the functions log from WARNING on"
            logsPanel = {
              filter        = "resource.type=\"cloud_run_revision\" (resource.labels.service_name=\"${var.name}-launch\" OR resource.labels.service_name=\"${var.name}-watch\") severity>=WARNING"
              resourceNames = ["projects/${var.project_id}"]
            }
          }
        }],
      )
    }
  })

  depends_on = [google_project_service.this]
}
