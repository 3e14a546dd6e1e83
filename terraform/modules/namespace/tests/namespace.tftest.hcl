# What is in the namespace.

mock_provider "google" {}
mock_provider "kubernetes" {}

variables {
  name                   = "etl"
  project_id             = "my-project"
  launch_service_account = "taskpod-launch@my-project.iam.gserviceaccount.com"
  watch_service_account  = "taskpod-watch@my-project.iam.gserviceaccount.com"
  secret_values          = {}
}

run "plan_with_defaults" {
  command = plan

  assert {
    condition     = kubernetes_namespace_v1.this.metadata[0].labels == tomap({ "pod-security.kubernetes.io/enforce" = "baseline" })
    error_message = "The namespace does not enforce the Pod Security Standard baseline."
  }

  assert {
    condition     = kubernetes_resource_quota_v1.this[0].spec[0].hard == tomap({ pods = "500" })
    error_message = "The quota is another."
  }

  assert {
    condition     = kubernetes_limit_range_v1.this[0].spec[0].limit[0].type == "Container" && kubernetes_limit_range_v1.this[0].spec[0].limit[0].default_request == tomap({ cpu = "250m", memory = "512Mi" })
    error_message = "A container that asks for nothing gets something else."
  }

  assert {
    condition     = kubernetes_network_policy_v1.ingress.spec[0].policy_types == tolist(["Ingress"]) && length(kubernetes_network_policy_v1.ingress.spec[0].ingress) == 0
    error_message = "Tasks can be reached over the network."
  }

  assert {
    condition     = length(kubernetes_network_policy_v1.egress) == 0 && length(kubernetes_secret_v1.this) == 0 && length(kubernetes_config_map_v1.this) == 0
    error_message = "There is something that nobody asked for."
  }
}

run "defaults" {
  command = apply

  assert {
    condition     = output.name == "etl" && output.service_account == "tasks"
    error_message = "The outputs tell something else."
  }
}

run "labels_and_pod_security" {
  command = apply

  variables {
    labels       = { team = "data" }
    pod_security = "restricted"
  }

  assert {
    condition     = kubernetes_namespace_v1.this.metadata[0].labels == tomap({ team = "data", "pod-security.kubernetes.io/enforce" = "restricted" })
    error_message = "The namespace has other labels."
  }

  assert {
    condition     = alltrue([for labels in [kubernetes_role_v1.this["launch"].metadata[0].labels, kubernetes_service_account_v1.this.metadata[0].labels, kubernetes_resource_quota_v1.this[0].metadata[0].labels] : labels["team"] == "data"])
    error_message = "Something in the namespace lacks the labels."
  }
}

run "no_limits" {
  command = apply

  variables {
    quota       = {}
    limit_range = null
  }

  assert {
    condition     = length(kubernetes_resource_quota_v1.this) == 0 && length(kubernetes_limit_range_v1.this) == 0
    error_message = "There are limits that nobody asked for."
  }
}

run "secrets_are_handed_over_and_not_kept" {
  command = apply

  variables {
    secrets       = { db = { revision = 3 }, registry = { type = "kubernetes.io/dockerconfigjson" } }
    secret_values = { db = { password = "hidden" }, registry = { ".dockerconfigjson" = "{}" } }
  }

  assert {
    condition     = { for name, secret in kubernetes_secret_v1.this : name => [secret.type, secret.data_wo_revision] } == { db = ["Opaque", 3], registry = ["kubernetes.io/dockerconfigjson", 1] }
    error_message = "The Secrets are others."
  }

  assert {
    condition     = !strcontains(nonsensitive(jsonencode(kubernetes_secret_v1.this)), "hidden")
    error_message = "A Secret's value is in the state."
  }
}

run "config_maps" {
  command = apply

  variables {
    config_maps = { settings = { MODE = "full" } }
  }

  assert {
    condition     = kubernetes_config_map_v1.this["settings"].data == tomap({ MODE = "full" }) && kubernetes_config_map_v1.this["settings"].metadata[0].namespace == "etl"
    error_message = "The ConfigMap is another."
  }
}

run "egress_to_named_ranges" {
  command = apply

  variables {
    egress = { cidrs = ["10.0.0.0/8"] }
  }

  assert {
    condition = [
      for rule in kubernetes_network_policy_v1.egress[0].spec[0].egress :
      [[for to in rule.to : to.ip_block[0].cidr], [for port in rule.ports : "${port.protocol} ${port.port}"]]
      ] == [
      [["10.0.0.0/8"], []],
      [[], ["UDP 53", "TCP 53"]],
      [["169.254.169.252/32"], ["TCP 988"]],
      [["169.254.169.254/32"], ["TCP 80"]],
    ]
    error_message = "Tasks may connect to somewhere else."
  }
}

run "egress_to_nowhere" {
  command = apply

  variables {
    egress = { cidrs = [], dns = false, metadata_server = false }
  }

  assert {
    condition     = kubernetes_network_policy_v1.egress[0].spec[0].policy_types == tolist(["Egress"]) && length(kubernetes_network_policy_v1.egress[0].spec[0].egress) == 0
    error_message = "Tasks may connect to somewhere."
  }
}
