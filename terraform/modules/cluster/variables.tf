variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy the cluster."
  type        = bool
  default     = true
  nullable    = false
}

variable "image_projects" {
  description = "Projects from whose Artifact Registry the nodes may pull images."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "labels" {
  description = "Labels of the cluster."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "location" {
  description = "Region of the cluster, such as `europe-west1`; Autopilot has no zonal clusters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.location))
    error_message = "location must be a region such as europe-west1: an Autopilot cluster is regional."
  }
}

variable "maintenance_window" {
  description = "When GKE may upgrade, so that long tasks are not moved at another time; null: at any time. Times as RFC 3339, recurrence as RFC 5545; at least 48 hours in 32 days."
  type = object({
    end_time   = string
    recurrence = string
    start_time = string
  })
  default = null
}

variable "name" {
  description = "Name of the cluster; its network and its nodes' service account are named after it."
  type        = string
  default     = "taskpod"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{1,22}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 24 lower-case letters, digits and \"-\", begin with a letter and not end with \"-\"."
  }
}

variable "network" {
  description = "Network and subnetwork of the nodes, by their full names, with a way out such as Cloud NAT; null: a network of its own with Cloud NAT."
  type = object({
    network    = string
    subnetwork = string
  })
  default = null
}

variable "project_id" {
  description = "Project in which the cluster is created."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project, not its number or its title."
  }
}

variable "release_channel" {
  description = "Release channel: how soon GKE upgrades."
  type        = string
  default     = "REGULAR"
  nullable    = false

  validation {
    condition     = contains(["EXTENDED", "RAPID", "REGULAR", "STABLE"], var.release_channel)
    error_message = "release_channel must be RAPID, REGULAR, STABLE or EXTENDED."
  }
}
