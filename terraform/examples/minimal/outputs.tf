output "taskpod" {
  description = "What the command line has to know: `terraform output -json | npx taskpod init --from-terraform -`."
  value       = module.platform.taskpod

  depends_on = [module.namespace]
}
