resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = var.name
    labels = merge(var.labels, {
      "pod-security.kubernetes.io/enforce" = var.pod_security
    })
  }

  # Pods are refused until the controller has made it.
  wait_for_default_service_account = true
}

locals {
  # So that what is in the namespace is made after it.
  _namespace = kubernetes_namespace_v1.this.metadata[0].name
}
