variable "admission_policy" {
  description = "Whether a ValidatingAdmissionPolicy holds the functions to Pods of tasks. Terraform asks the cluster for it while it plans, so it has to be false in the apply that makes the cluster, and can be true in the next. Needs Kubernetes 1.30."
  type        = bool
  default     = true
  nullable    = false
}

variable "config_maps" {
  description = "ConfigMaps for tasks: their keys and values, by name."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.config_maps) : can(regex("^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$", name))])
    error_message = "A name in config_maps must be a DNS name in lower case."
  }
}

variable "egress" {
  description = "Where tasks may connect to: these address ranges, DNS servers, and the metadata server that gives them their Google identity; null: everywhere. It takes a cluster with Dataplane V2 (Autopilot has it) or with network policy enforcement."
  type = object({
    cidrs           = set(string)
    dns             = optional(bool, true)
    metadata_server = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.egress == null || alltrue([for cidr in try(var.egress.cidrs, []) : can(cidrhost(cidr, 0))])
    error_message = "Each of egress.cidrs must be an address range such as 10.0.0.0/8."
  }
}

variable "labels" {
  description = "Labels of everything that is created in the cluster."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.labels) : !startswith(key, "pod-security.kubernetes.io/")])
    error_message = "labels must not set Pod Security: set pod_security instead."
  }
}

variable "launch_service_account" {
  description = "E-mail of the launch function's service account: an output of the module platform."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9-]+@[a-z0-9.-]+\\.gserviceaccount\\.com$", var.launch_service_account))
    error_message = "launch_service_account must be the e-mail of a Google service account, without \"serviceAccount:\"."
  }
}

variable "limit_range" {
  description = "What a container may ask for, and what it gets if it asks for nothing, in Kubernetes' quantities; null: no LimitRange."
  type = object({
    default         = optional(map(string), {})
    default_request = optional(map(string), {})
    max             = optional(map(string), {})
    min             = optional(map(string), {})
  })
  default = {
    default_request = { cpu = "250m", memory = "512Mi" }
  }
}

variable "name" {
  description = "Name of the namespace. It is created: bring one that exists into the state with `terraform import`."
  type        = string
  nullable    = false

  validation {
    condition = (
      can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.name)) && var.name != "default" &&
      !startswith(var.name, "kube-") && !startswith(var.name, "gke-")
    )
    error_message = "name must be a Kubernetes namespace of its own: up to 63 lower-case letters, digits and \"-\", not \"default\", and none of Kubernetes' or GKE's own."
  }
}

variable "pod_security" {
  description = "Pod Security Standard that the namespace enforces: `restricted`, `baseline` or `privileged`. Give the functions the same by `policy.pod_security` of the module platform."
  type        = string
  default     = "baseline"
  nullable    = false

  validation {
    condition     = contains(["baseline", "privileged", "restricted"], var.pod_security)
    error_message = "pod_security must be restricted, baseline or privileged."
  }
}

variable "project_id" {
  description = "Project of the cluster, to whose workload pool the namespace's service accounts belong."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project, not its number or its title."
  }
}

variable "quota" {
  description = "How much there may be in the namespace at once, as ResourceQuota has it; empty: no quota. Launch waits while it is used up."
  type        = map(string)
  default     = { pods = "500" }
  nullable    = false
}

variable "secret_values" {
  description = "Keys and values of the Secrets, by name. Ephemeral: they are handed to the cluster, and are neither in the state nor in the plan."
  type        = map(map(string))
  default     = {}
  ephemeral   = true
  sensitive   = true
  nullable    = false
}

variable "secrets" {
  description = "Secrets for tasks, by name; their values are in `secret_values`. Terraform cannot see that a value has changed: raise `revision` to have it written."
  type = map(object({
    revision = optional(number, 1)
    type     = optional(string, "Opaque")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$", name))])
    error_message = "A name in secrets must be a DNS name in lower case."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.revision >= 1 && floor(secret.revision) == secret.revision])
    error_message = "secrets.revision must be a whole number, 1 or more."
  }
}

variable "service_account" {
  description = "Name of the service account that is created for tasks; a task names it in `service_account_name`."
  type        = string
  default     = "tasks"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.service_account)) && var.service_account != "default"
    error_message = "service_account must be a Kubernetes name in lower case, and not \"default\", which Kubernetes makes itself."
  }
}

variable "service_accounts" {
  description = "Further service accounts of the namespace that the admission policy lets tasks use. `default` is that of tasks that name none."
  type        = set(string)
  default     = ["default"]
  nullable    = false

  validation {
    condition     = alltrue([for name in var.service_accounts : can(regex("^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$", name))])
    error_message = "Each of service_accounts must be the name of a Kubernetes service account; there are no patterns here."
  }
}

variable "watch_service_account" {
  description = "E-mail of the watch function's service account: an output of the module platform."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9-]+@[a-z0-9.-]+\\.gserviceaccount\\.com$", var.watch_service_account))
    error_message = "watch_service_account must be the e-mail of a Google service account, without \"serviceAccount:\"."
  }

  validation {
    condition     = var.watch_service_account != var.launch_service_account
    error_message = "watch_service_account must not be launch_service_account: each function has only the rights that it needs."
  }
}

variable "workload_identity" {
  description = "Google service account that tasks with `service_account` act as; null: none. Pods of this namespace and service account in every cluster of the project act as it."
  type = object({
    google_service_account = string
  })
  default = null

  validation {
    condition     = var.workload_identity == null || can(regex("^[a-z0-9-]+@[a-z0-9.-]+\\.iam\\.gserviceaccount\\.com$", var.workload_identity.google_service_account))
    error_message = "workload_identity.google_service_account must be NAME@PROJECT.iam.gserviceaccount.com."
  }
}
