# The two functions, by the e-mails of their service accounts, as GKE's API server knows them. What each may do is in
# permissions.json, of which the documentation, the preflight and the tests are made, too.
locals {
  _permissions = jsondecode(file("${path.module}/permissions.json"))
  _users = {
    launch = var.launch_service_account
    watch  = var.watch_service_account
  }
}

resource "kubernetes_role_v1" "this" {
  for_each = local._users

  metadata {
    name      = "taskpod-${each.key}"
    namespace = local._namespace
    labels    = var.labels
  }

  dynamic "rule" {
    for_each = local._permissions[each.key]
    content {
      api_groups = rule.value.apiGroups
      resources  = rule.value.resources
      verbs      = rule.value.verbs
    }
  }
}

resource "kubernetes_role_binding_v1" "this" {
  for_each = local._users

  metadata {
    name      = "taskpod-${each.key}"
    namespace = local._namespace
    labels    = var.labels
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role_v1.this[each.key].metadata[0].name
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "User"
    name      = each.value
  }
}
