# Who may do what.

mock_provider "google" {}
mock_provider "kubernetes" {}

variables {
  name                   = "etl"
  project_id             = "my-project"
  launch_service_account = "taskpod-launch@my-project.iam.gserviceaccount.com"
  watch_service_account  = "taskpod-watch@my-project.iam.gserviceaccount.com"
  secret_values          = {}
}

run "each_function_has_only_its_verbs" {
  command = apply

  assert {
    condition = {
      for name, role in kubernetes_role_v1.this : name => {
        for rule in role.rule : join(",", rule.resources) => join(",", sort(rule.verbs))
      }
      } == {
      launch = { "pods" = "create,delete,get", "events" = "list" }
      watch  = { "pods" = "delete,get,list,watch", "pods/log" = "get", "events" = "list" }
    }
    error_message = "A function may do something else than permissions.json says."
  }

  assert {
    condition     = alltrue(flatten([for role in kubernetes_role_v1.this : [for rule in role.rule : rule.api_groups == toset([""])]]))
    error_message = "A function has rights outside of the core API."
  }
}

run "roles_are_bound_to_the_two_accounts_and_to_nobody_else" {
  command = apply

  assert {
    condition = {
      for name, binding in kubernetes_role_binding_v1.this :
      name => [binding.role_ref[0].kind, binding.role_ref[0].name, [for subject in binding.subject : "${subject.kind} ${subject.name}"]]
      } == {
      launch = ["Role", "taskpod-launch", ["User taskpod-launch@my-project.iam.gserviceaccount.com"]]
      watch  = ["Role", "taskpod-watch", ["User taskpod-watch@my-project.iam.gserviceaccount.com"]]
    }
    error_message = "A Role is bound to somebody else than the function that needs it."
  }

  assert {
    condition = toset(flatten([
      [for role in kubernetes_role_v1.this : role.metadata[0].namespace],
      [for binding in kubernetes_role_binding_v1.this : binding.metadata[0].namespace],
    ])) == toset(["etl"])
    error_message = "A Role or its binding is not in the namespace."
  }
}

run "the_policy_is_for_the_two_accounts_in_this_namespace" {
  command = apply

  variables {
    service_accounts = ["default", "reports"]
  }

  assert {
    condition     = kubernetes_manifest.admission["policy"].manifest.spec.matchConstraints.namespaceSelector.matchLabels == { "kubernetes.io/metadata.name" = "etl" }
    error_message = "The policy is for other namespaces."
  }

  assert {
    condition     = kubernetes_manifest.admission["policy"].manifest.spec.matchConditions[0].expression == "request.userInfo.username in ['taskpod-launch@my-project.iam.gserviceaccount.com', 'taskpod-watch@my-project.iam.gserviceaccount.com']"
    error_message = "The policy is for other users."
  }

  assert {
    condition = anytrue([
      for rule in kubernetes_manifest.admission["policy"].manifest.spec.validations :
      endswith(rule.expression, "in ['default', 'reports', 'tasks']")
    ])
    error_message = "The policy allows other service accounts."
  }

  assert {
    condition     = kubernetes_manifest.admission["policy"].manifest.spec.failurePolicy == "Fail" && alltrue([for rule in kubernetes_manifest.admission["policy"].manifest.spec.validations : rule.reason == "Forbidden"])
    error_message = "What breaks a rule, or cannot be judged, is let through."
  }

  assert {
    condition = kubernetes_manifest.admission["binding"].manifest.spec == {
      policyName        = kubernetes_manifest.admission["policy"].manifest.metadata.name
      validationActions = ["Deny"]
    }
    error_message = "The binding does not enforce the policy."
  }

  # As the cluster tests fill it in.
  assert {
    condition = { for name, manifest in kubernetes_manifest.admission : name => jsonencode(manifest.manifest) } == {
      for name, manifest in jsondecode(templatefile("admission-policy.json", {
        namespace        = "etl"
        launch           = "taskpod-launch@my-project.iam.gserviceaccount.com"
        watch            = "taskpod-watch@my-project.iam.gserviceaccount.com"
        service_accounts = "default', 'reports', 'tasks"
      })) : name => jsonencode(manifest)
    }
    error_message = "The policy is not what admission-policy.json says."
  }

  assert {
    condition     = output.admission_policy == "taskpod-etl" && output.service_accounts == tolist(["etl/default", "etl/reports", "etl/tasks"])
    error_message = "The outputs tell something else."
  }
}

run "without_the_policy" {
  command = apply

  variables {
    admission_policy = false
  }

  assert {
    condition     = length(kubernetes_manifest.admission) == 0 && output.admission_policy == null
    error_message = "There is a policy that nobody asked for."
  }
}

run "no_service_account_has_a_google_identity_or_a_token_by_itself" {
  command = apply

  assert {
    condition     = length(google_service_account_iam_member.workload_identity) == 0 && length(kubernetes_service_account_v1.this.metadata[0].annotations) == 0
    error_message = "Tasks have a Google identity that nobody asked for."
  }

  assert {
    condition     = !kubernetes_service_account_v1.this.automount_service_account_token && !kubernetes_default_service_account_v1.this.automount_service_account_token
    error_message = "Tasks get a token of the API server that they do not need."
  }
}

run "workload_identity_is_for_this_service_account_of_this_namespace" {
  command = apply

  variables {
    service_account   = "reports"
    workload_identity = { google_service_account = "reports@data-project.iam.gserviceaccount.com" }
  }

  assert {
    condition = [for grant in google_service_account_iam_member.workload_identity : [grant.service_account_id, grant.role, grant.member]] == [[
      "projects/data-project/serviceAccounts/reports@data-project.iam.gserviceaccount.com",
      "roles/iam.workloadIdentityUser",
      "serviceAccount:my-project.svc.id.goog[etl/reports]",
    ]]
    error_message = "Somebody else may act as the Google service account."
  }

  assert {
    condition     = kubernetes_service_account_v1.this.metadata[0].annotations["iam.gke.io/gcp-service-account"] == "reports@data-project.iam.gserviceaccount.com" && output.service_account == "reports"
    error_message = "The service account does not say as whom it acts."
  }
}
