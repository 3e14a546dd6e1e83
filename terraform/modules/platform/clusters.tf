locals {
  _clusters         = distinct(concat([var.cluster], tolist(var.clusters)))
  _cluster_projects = toset([for name in local._clusters : split("/", name)[1]])
  _cluster_grants = merge([
    for project in local._cluster_projects : {
      for function in ["launch", "watch"] : "${project}/${function}" => { project = project, function = function }
    }
  ]...)
  _role_prefix = replace(var.name, "-", "_")
}

# Finding a cluster and reaching its API server. What may be done there is said in the cluster, by Roles: a predefined
# role of GKE would give rights on every object of every cluster.
resource "google_project_iam_custom_role" "cluster_access" {
  for_each = local._cluster_projects

  project     = each.key
  role_id     = "${local._role_prefix}_cluster_access"
  title       = "Taskpod ${var.name}: reach clusters"
  permissions = ["container.clusters.connect", "container.clusters.get"]

  depends_on = [google_project_service.this]
}

resource "google_project_iam_member" "cluster_access" {
  for_each = local._cluster_grants

  project = each.value.project
  role    = google_project_iam_custom_role.cluster_access[each.value.project].name
  member  = each.value.function == "launch" ? local._launch_member : local._watch_member
}

locals {
  _operation_projects = toset([for name in coalesce(var.settings.cluster_operations, []) : split("/", name)[1]])
  _operation_grants = merge([
    for project in local._operation_projects : {
      for function in keys(local._operation_permissions) : "${project}/${function}" => { project = project, function = function }
    }
  ]...)
  # As docs/gke-clusters.md lists them.
  _operation_permissions = {
    # Asks for operations, and finds what a delivery that died has asked for.
    launch = [
      "container.clusters.create",
      "container.clusters.delete",
      "container.clusters.get",
      "container.operations.list",
    ]
    # Follows operations, and undoes a creation.
    watch = [
      "container.clusters.delete",
      "container.clusters.get",
      "container.operations.get",
    ]
  }
}

# Only for a deployment whose tasks may create and delete clusters.
resource "google_project_iam_custom_role" "cluster_operations" {
  for_each = local._operation_grants

  project     = each.value.project
  role_id     = "${local._role_prefix}_cluster_operations_${each.value.function}"
  title       = "Taskpod ${var.name}: cluster operations of ${each.value.function}"
  permissions = local._operation_permissions[each.value.function]

  depends_on = [google_project_service.this]
}

resource "google_project_iam_member" "cluster_operations" {
  for_each = local._operation_grants

  project = each.value.project
  role    = google_project_iam_custom_role.cluster_operations[each.key].name
  member  = each.value.function == "launch" ? local._launch_member : local._watch_member
}
