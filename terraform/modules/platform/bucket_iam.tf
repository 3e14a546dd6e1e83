# roles/storage.objectUser would also rewrite metadata, restore what was deleted and manage folders.
resource "google_project_iam_custom_role" "objects_read" {
  project     = var.project_id
  role_id     = "${local._role_prefix}_objects_read"
  title       = "Taskpod ${var.name}: read objects"
  permissions = ["storage.objects.get", "storage.objects.list"]

  depends_on = [google_project_service.this]
}

# Deleting is also what overwriting asks for.
resource "google_project_iam_custom_role" "objects_write" {
  project     = var.project_id
  role_id     = "${local._role_prefix}_objects_write"
  title       = "Taskpod ${var.name}: write objects"
  permissions = ["storage.objects.create", "storage.objects.delete"]

  depends_on = [google_project_service.this]
}

locals {
  _objects = "projects/_/buckets/${google_storage_bucket.runs.name}/objects/"

  # Variables and connections lie below config/, passwords among them. A listing is asked of the bucket: it shows their
  # names and no more.
  _not_config = {
    title      = "all but variables and connections"
    expression = "!resource.name.startsWith(\"${local._objects}config/\")"
  }
  _only_config = {
    title      = "only variables and connections"
    expression = "resource.name.startsWith(\"${local._objects}config/\")"
  }
  _launch_writes = {
    title      = "runs, markers and rejected messages"
    expression = join(" || ", [for folder in ["open", "rejected", "runs"] : "resource.name.startsWith(\"${local._objects}${folder}/\")"])
  }

  _bucket_grants = merge(
    {
      "launch reads"  = { role = "read", member = local._launch_member, condition = null }
      "launch writes" = { role = "write", member = local._launch_member, condition = local._launch_writes }
      "watch reads"   = { role = "read", member = local._watch_member, condition = local._not_config }
      "watch writes"  = { role = "write", member = local._watch_member, condition = local._not_config }
    },
    { for name, member in var.readers : "${name} reads" => { role = "read", member = member, condition = local._not_config } },
    { for name, member in var.configurers : "${name} reads variables and connections" => { role = "read", member = member, condition = null } },
    { for name, member in var.configurers : "${name} writes variables and connections" => { role = "write", member = member, condition = local._only_config } },
  )
  _object_roles = {
    read  = google_project_iam_custom_role.objects_read.name
    write = google_project_iam_custom_role.objects_write.name
  }
}

resource "google_storage_bucket_iam_member" "runs" {
  for_each = local._bucket_grants

  bucket = google_storage_bucket.runs.name
  role   = local._object_roles[each.value.role]
  member = each.value.member

  dynamic "condition" {
    for_each = each.value.condition == null ? [] : [each.value.condition]

    content {
      title      = condition.value.title
      expression = condition.value.expression
    }
  }
}
