output "taskpod" {
  description = "What the command line has to know of each team: `terraform output -json taskpod | jq .TEAM | npx taskpod init --from-terraform -`."
  value       = { for name in keys(var.teams) : name => module.platform[name].taskpod }

  depends_on = [module.namespace]
}
