variable "cluster" {
  description = "The cluster, `projects/PROJECT/locations/LOCATION/clusters/CLUSTER`; it may be in another project. Kubernetes 1.30 or newer."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^projects/[^/]+/locations/[^/]+/clusters/[^/]+$", var.cluster))
    error_message = "cluster must be a full name: projects/PROJECT/locations/LOCATION/clusters/CLUSTER."
  }
}

variable "dist_folder" {
  description = "Folder with `launch.zip` and `watch.zip`; null: `dist` of this repository."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of the tasks. It is created."
  type        = string
  default     = "taskpod"
  nullable    = false
}

variable "project_id" {
  description = "Project of the functions, topics and buckets."
  type        = string
  nullable    = false
}

variable "publishers" {
  description = "Who may publish tasks; IAM members by names of your choice."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "readers" {
  description = "Who may read runs; IAM members by names of your choice."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region of the functions, best that of the cluster."
  type        = string
  nullable    = false
}

variable "vpc" {
  description = "Network through which the functions reach a cluster that has no DNS endpoint open to them, only a private address; else null."
  type = object({
    all_traffic = optional(bool, false)
    network     = string
    subnetwork  = string
    tags        = optional(list(string), [])
  })
  default = null
}
