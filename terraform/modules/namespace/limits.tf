resource "kubernetes_resource_quota_v1" "this" {
  count = length(var.quota) > 0 ? 1 : 0

  metadata {
    name      = "taskpod"
    namespace = local._namespace
    labels    = var.labels
  }

  spec {
    hard = var.quota
  }
}

resource "kubernetes_limit_range_v1" "this" {
  count = var.limit_range == null ? 0 : 1

  metadata {
    name      = "taskpod"
    namespace = local._namespace
    labels    = var.labels
  }

  spec {
    limit {
      type            = "Container"
      default         = var.limit_range.default
      default_request = var.limit_range.default_request
      max             = var.limit_range.max
      min             = var.limit_range.min
    }
  }
}
