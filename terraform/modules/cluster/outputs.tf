# Written from what is known before anything exists, so that a plan can count by it.
output "cluster" {
  description = "Full name of the cluster, as `modules/platform` takes it."
  value       = "projects/${var.project_id}/locations/${var.location}/clusters/${var.name}"

  depends_on = [google_container_cluster.this]
}

output "host" {
  description = "Address of the API server for a provider of Kubernetes; its certificate is one that every machine trusts."
  value       = "https://${google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint}"
}

output "nodes_service_account" {
  description = "E-mail of the nodes' service account."
  value       = google_service_account.nodes.email
}
