variable "admission_policy" {
  description = "Whether the cluster itself holds the functions to Pods of tasks. Terraform asks the cluster for it while it plans: false in the apply that makes the cluster, true in the next."
  type        = bool
  default     = false
  nullable    = false
}

variable "configurers" {
  description = "Who may read and write variables and connections, and read runs; IAM members by names of your choice."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy the cluster, and the bucket as long as something is in it."
  type        = bool
  default     = true
  nullable    = false
}

variable "dist_folder" {
  description = "Folder with `launch.zip` and `watch.zip`; null: `dist` of this repository."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of the tasks."
  type        = string
  default     = "composer-user-workloads"
  nullable    = false
}

variable "project_id" {
  description = "An empty project with a billing account."
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
  description = "Region of everything, such as `europe-west1`."
  type        = string
  nullable    = false
}
