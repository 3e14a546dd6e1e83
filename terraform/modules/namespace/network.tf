# Nobody has to reach a task's Pod: logs and results come through the API server.
resource "kubernetes_network_policy_v1" "ingress" {
  metadata {
    name      = "taskpod-no-ingress"
    namespace = local._namespace
    labels    = var.labels
  }

  spec {
    pod_selector {}
    policy_types = ["Ingress"]
  }
}

resource "kubernetes_network_policy_v1" "egress" {
  count = var.egress == null ? 0 : 1

  metadata {
    name      = "taskpod-egress"
    namespace = local._namespace
    labels    = var.labels
  }

  spec {
    pod_selector {}
    policy_types = ["Egress"]

    dynamic "egress" {
      for_each = length(var.egress.cidrs) > 0 ? [var.egress.cidrs] : []
      content {
        dynamic "to" {
          for_each = egress.value
          content {
            ip_block {
              cidr = to.value
            }
          }
        }
      }
    }

    # Of the cluster, of the node or of Cloud DNS: their addresses differ, the port does not.
    dynamic "egress" {
      for_each = var.egress.dns ? [53] : []
      content {
        dynamic "ports" {
          for_each = ["UDP", "TCP"]
          content {
            port     = egress.value
            protocol = ports.value
          }
        }
      }
    }

    # GKE's metadata server, which gives a Pod its Google identity: the first address with Dataplane V2, the second without.
    dynamic "egress" {
      for_each = var.egress.metadata_server ? { "169.254.169.254/32" = 80, "169.254.169.252/32" = 988 } : {}
      content {
        to {
          ip_block {
            cidr = egress.key
          }
        }
        ports {
          port     = egress.value
          protocol = "TCP"
        }
      }
    }
  }
}
