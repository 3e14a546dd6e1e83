# What RBAC cannot say, because it only ever adds: of which kind the Pods are, and that the functions write nothing else, whatever
# other roles they have. As manifests, because the provider has no resource for a policy's binding.
locals {
  # The e-mails are put in afterwards, because before the first apply they are unknown, and with them would be all of the file.
  _launch_place = "<launch>"
  _watch_place  = "<watch>"
  _admission = jsondecode(templatefile("${path.module}/admission-policy.json", {
    namespace        = var.name
    launch           = local._launch_place
    watch            = local._watch_place
    service_accounts = join("', '", local._service_accounts)
  }))

  _policy_rules = {
    for part in ["matchConditions", "validations"] : part => [
      for rule in local._admission.policy.spec[part] : merge(rule, {
        expression = replace(
          replace(rule.expression, local._launch_place, var.launch_service_account),
          local._watch_place, var.watch_service_account,
        )
      })
    ]
  }

  _admission_manifests = {
    policy  = merge(local._admission.policy, { spec = merge(local._admission.policy.spec, local._policy_rules) })
    binding = local._admission.binding
  }
}

resource "kubernetes_manifest" "admission" {
  for_each = var.admission_policy ? toset(["policy", "binding"]) : toset([])

  manifest = local._admission_manifests[each.key]

  # A policy for a namespace that is not there yet would do no harm, but one that outlives it is left over.
  depends_on = [kubernetes_namespace_v1.this]
}
