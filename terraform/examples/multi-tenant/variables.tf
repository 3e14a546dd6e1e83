variable "admission_policy" {
  description = "Whether the cluster itself holds the functions to Pods of tasks. Terraform asks the cluster for it while it plans: false in the apply that makes the cluster, true in the next."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy the cluster, and the buckets as long as something is in them."
  type        = bool
  default     = true
  nullable    = false
}

variable "dist_folder" {
  description = "Folder with `launch.zip` and `watch.zip`; null: `dist` of this repository."
  type        = string
  default     = null
}

variable "project_id" {
  description = "Project of everything."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of everything, such as `europe-west1`."
  type        = string
  nullable    = false
}

variable "teams" {
  description = "The teams. A team's name is that of its namespace and the prefix of what it has in the project; who may publish its tasks, read its runs, and change its variables and connections are IAM members by names of your choice."
  type = map(object({
    configurers = optional(map(string), {})
    policy = optional(object({
      images           = optional(set(string))
      pod_security     = optional(string)
      priority_classes = optional(set(string))
      secrets          = optional(set(string))
      volumes          = optional(set(string))
    }), {})
    publishers = optional(map(string), {})
    quota      = optional(map(string), { pods = "100" })
    readers    = optional(map(string), {})
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.teams) : can(regex("^[a-z]([a-z0-9-]{1,18}[a-z0-9])$", name))])
    error_message = "A team's name must have 3 to 20 lower-case letters, digits and \"-\", begin with a letter and not end with \"-\"."
  }
}
