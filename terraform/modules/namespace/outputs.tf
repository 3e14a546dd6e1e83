output "admission_policy" {
  description = "Name of the admission policy and of its binding; null where there is none."
  value       = var.admission_policy ? local._admission.policy.metadata.name : null

  depends_on = [kubernetes_manifest.admission]
}

output "name" {
  description = "Name of the namespace, once both functions may work in it and its limits hold."
  value       = local._namespace

  depends_on = [
    kubernetes_limit_range_v1.this,
    kubernetes_manifest.admission,
    kubernetes_network_policy_v1.egress,
    kubernetes_network_policy_v1.ingress,
    kubernetes_resource_quota_v1.this,
    kubernetes_role_binding_v1.this,
  ]
}

output "service_account" {
  description = "Name of the service account for tasks, once it may act as its Google service account."
  value       = kubernetes_service_account_v1.this.metadata[0].name

  depends_on = [google_service_account_iam_member.workload_identity]
}

output "service_accounts" {
  description = "The service accounts that tasks of this namespace may use, as `policy.service_accounts` of the module platform has them: NAMESPACE/NAME."
  value       = sort([for name in local._service_accounts : "${var.name}/${name}"])
}
