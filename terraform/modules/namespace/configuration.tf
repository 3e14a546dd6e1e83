# Write-only: the values go to the cluster and are neither in the state nor in the plan.
resource "kubernetes_secret_v1" "this" {
  for_each = var.secrets

  metadata {
    name      = each.key
    namespace = local._namespace
    labels    = var.labels
  }

  type             = each.value.type
  data_wo          = var.secret_values[each.key]
  data_wo_revision = each.value.revision

  lifecycle {
    precondition {
      condition     = contains(keys(var.secret_values), each.key)
      error_message = "secret_values has nothing for this name of secrets: give its keys and values, or take it out of secrets."
    }
  }
}

resource "kubernetes_config_map_v1" "this" {
  for_each = var.config_maps

  metadata {
    name      = each.key
    namespace = local._namespace
    labels    = var.labels
  }

  data = each.value
}
