variable "alerts" {
  description = "Alerts on dead letters, on messages that wait, on a sweep that is silent, and on errors in the logs. `notification_channels` are full names; without one, incidents are only shown in the console."
  type = object({
    enabled               = optional(bool, true)
    notification_channels = optional(set(string), [])
  })
  default  = {}
  nullable = false
}

variable "bucket_location" {
  description = "Where the bucket of runs lies, such as `EU`; null: in `region`."
  type        = string
  default     = null
}

variable "bucket_name" {
  description = "Name of the bucket of runs; null: `PROJECT-NAME`. The bucket of sources has the same name with `-source`."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9_-]{1,54}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must have 3 to 56 lower-case letters, digits, \"-\" and \"_\", and begin and end with a letter or digit."
  }
}

variable "cluster" {
  description = "Cluster of tasks that name none: `projects/PROJECT/locations/LOCATION/clusters/CLUSTER`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^projects/[^/]+/locations/[^/]+/clusters/[^/]+$", var.cluster))
    error_message = "cluster must be a full name: projects/PROJECT/locations/LOCATION/clusters/CLUSTER."
  }
}

variable "clusters" {
  description = "Further clusters that tasks may name, spelt as `cluster`."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.clusters : can(regex("^projects/[^/]+/locations/[^/]+/clusters/[^/]+$", name))])
    error_message = "Each of clusters must be a full name: projects/PROJECT/locations/LOCATION/clusters/CLUSTER."
  }
}

variable "configurers" {
  description = "Who may read and write variables and connections, with their passwords, and read runs; IAM members by names of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for member in values(var.configurers) : can(regex("^(user|group|serviceAccount|principal|principalSet):.+", member))])
    error_message = "Each of configurers must be a user, group, service account or principal, such as \"group:data@example.com\"; never everybody."
  }
}

variable "dist_folder" {
  description = "Folder with `launch.zip` and `watch.zip`, as `npm run build` leaves them; null: `dist` of this repository."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether destroying deletes the bucket of runs with all that is in it."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_name" {
  description = "Key that encrypts buckets and topics, `projects/.../cryptoKeys/KEY`, in the location of the bucket; null: Google's own keys. The agents of Cloud Storage and Pub/Sub are given the use of it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_name == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "kms_key_name must be a full name: projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY."
  }
}

variable "labels" {
  description = "Labels of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "launch" {
  description = "Size of the launch function, and how often a task is delivered before it becomes a dead letter (30 times last about four hours)."
  type = object({
    concurrency           = optional(number, 40)
    cpu                   = optional(string, "1")
    max_delivery_attempts = optional(number, 30)
    max_instances         = optional(number, 20)
    memory                = optional(string, "512M")
    min_instances         = optional(number, 0)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.launch.max_delivery_attempts >= 5 && var.launch.max_delivery_attempts <= 100
    error_message = "launch.max_delivery_attempts must be between 5 and 100."
  }

  validation {
    condition     = var.launch.min_instances <= var.launch.max_instances
    error_message = "launch.min_instances must not be more than launch.max_instances."
  }
}

variable "name" {
  description = "Prefix of everything that is created; another name makes another deployment in the same project."
  type        = string
  default     = "taskpod"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{1,18}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 20 lower-case letters, digits and \"-\", begin with a letter and not end with \"-\"."
  }
}

variable "namespace" {
  description = "Namespace of tasks that name none."
  type        = string
  default     = "composer-user-workloads"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.namespace)) && !startswith(var.namespace, "kube-") && var.namespace != "default"
    error_message = "namespace must be a Kubernetes namespace of its own, not \"default\" and none of Kubernetes'."
  }
}

variable "namespaces" {
  description = "Further namespaces that tasks may use and that are watched."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.namespaces :
      can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", name)) && !startswith(name, "kube-") && name != "default"
    ])
    error_message = "Each of namespaces must be a Kubernetes namespace of its own, not \"default\" and none of Kubernetes'."
  }
}

variable "policy" {
  description = "What tasks may use, as docs/policy.md says; null: what the function's default allows."
  type = object({
    images           = optional(set(string))
    pod_security     = optional(string)
    priority_classes = optional(set(string))
    secrets          = optional(set(string))
    service_accounts = optional(set(string))
    volumes          = optional(set(string))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.policy.pod_security == null || contains(["baseline", "privileged", "restricted"], coalesce(var.policy.pod_security, "baseline"))
    error_message = "policy.pod_security must be privileged, baseline or restricted."
  }

  validation {
    condition = alltrue([
      for list in [var.policy.images, var.policy.priority_classes, var.policy.secrets, var.policy.service_accounts, var.policy.volumes] :
      list == null || length(coalesce(list, ["any"])) > 0
    ])
    error_message = "A list of policy must not be empty: the function would take it for one that is not set, and allow what its default allows. Name something that exists nowhere to allow nothing."
  }

  validation {
    condition = alltrue(flatten([
      for list in [var.policy.images, var.policy.priority_classes, var.policy.secrets, var.policy.service_accounts, var.policy.volumes] :
      [for entry in coalesce(list, []) : entry != "" && !strcontains(entry, ",")]
    ]))
    error_message = "An entry of policy must not be empty, and holds no comma."
  }
}

variable "project_id" {
  description = "Project in which everything is created."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project, not its number or its title."
  }
}

variable "publishers" {
  description = "Who may publish tasks, and so start Pods in the deployment's namespaces; IAM members by names of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for member in values(var.publishers) : can(regex("^(user|group|serviceAccount|principal|principalSet):.+", member))])
    error_message = "Each of publishers must be a user, group, service account or principal, such as \"group:data@example.com\"; never everybody."
  }
}

variable "readers" {
  description = "Who may read runs: their logs, results and outcomes, but no variables and connections; IAM members by names of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for member in values(var.readers) : can(regex("^(user|group|serviceAccount|principal|principalSet):.+", member))])
    error_message = "Each of readers must be a user, group, service account or principal, such as \"group:data@example.com\"; never everybody."
  }
}

variable "region" {
  description = "Region of the functions and of the sweep, such as `europe-west1`; best that of the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be a region such as europe-west1, not a zone."
  }
}

variable "retention_days" {
  description = "Age at which runs and rejected messages are deleted; null: never. At least 15: a claim has to outlive its message (7 days) and its Pod (7 days)."
  type        = number
  default     = 90

  validation {
    condition     = var.retention_days == null || coalesce(var.retention_days, 15) >= 15
    error_message = "retention_days must be at least 15, or null to keep everything."
  }
}

variable "secret_environment_variables" {
  description = "Environment variables of both functions whose values are in Secret Manager, by their names; both are given the right to read them."
  type = map(object({
    project_id = optional(string)
    secret     = string
    version    = optional(string, "latest")
  }))
  default  = {}
  nullable = false
}

variable "settings" {
  description = "Settings of both functions, as docs/configuration.md says; null: the function's default. With `cluster_operations` launch may create and delete clusters in the projects it names, and watch may follow that and delete them; the right to act as the nodes' service account is yours to give, and so is that of both functions to impersonate the first of an `impersonation_chain`."
  type = object({
    active_deadline_seconds = optional(number)
    cluster_access = optional(map(object({
      endpoint            = optional(string)
      impersonation_chain = optional(list(string))
    })))
    cluster_endpoint       = optional(string)
    cluster_operations     = optional(set(string))
    ignored_containers     = optional(set(string))
    impersonation_chain    = optional(list(string))
    infrastructure_retries = optional(number)
    shards                 = optional(number)
    turn_seconds           = optional(number)
    xcom_max_bytes         = optional(number)
    xcom_sidecar_image     = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.turn_seconds == null || coalesce(var.settings.turn_seconds, 5) >= 5 && coalesce(var.settings.turn_seconds, 480) <= 540
    error_message = "settings.turn_seconds must be between 5 and 540: a push is given up after 600 s, and a Turn needs time to hand over."
  }

  validation {
    condition     = alltrue([for name in coalesce(var.settings.cluster_operations, []) : can(regex("^projects/[^/*]+/locations/[^/]+/clusters/[^/]+$", name))])
    error_message = "Each of settings.cluster_operations must be projects/PROJECT/locations/LOCATION/clusters/CLUSTER; * stands for any text, but not in the project."
  }
}

variable "soft_delete_days" {
  description = "How long deleted and overwritten objects can be brought back: 0 or 7 to 90 days."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.soft_delete_days == 0 || (var.soft_delete_days >= 7 && var.soft_delete_days <= 90)
    error_message = "soft_delete_days must be 0, or between 7 and 90."
  }
}

variable "vpc" {
  description = "Network through which the functions go out, for clusters that have only a private address; null: none, as a DNS endpoint needs none."
  type = object({
    all_traffic = optional(bool, false)
    network     = string
    subnetwork  = string
    tags        = optional(list(string), [])
  })
  default = null
}

variable "watch" {
  description = "Size of the watch function, and how often a message is delivered before it becomes a dead letter. Each cluster and shard keeps one request busy while something runs there."
  type = object({
    concurrency           = optional(number, 16)
    cpu                   = optional(string, "1")
    max_delivery_attempts = optional(number, 50)
    max_instances         = optional(number, 10)
    memory                = optional(string, "1Gi")
    min_instances         = optional(number, 0)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.watch.max_delivery_attempts >= 5 && var.watch.max_delivery_attempts <= 100
    error_message = "watch.max_delivery_attempts must be between 5 and 100."
  }

  validation {
    condition     = var.watch.min_instances <= var.watch.max_instances
    error_message = "watch.min_instances must not be more than watch.max_instances."
  }
}
