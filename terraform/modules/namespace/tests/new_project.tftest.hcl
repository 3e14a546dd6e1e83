# The plan and the apply that make the service accounts, too.

mock_provider "google" {
  override_resource {
    target = google_service_account.this["launch"]
    values = { email = "launch@my-project.iam.gserviceaccount.com" }
  }

  override_resource {
    target = google_service_account.this["watch"]
    values = { email = "watch@my-project.iam.gserviceaccount.com" }
  }

  override_resource {
    target = google_service_account.this["tasks"]
    values = { email = "tasks@my-project.iam.gserviceaccount.com" }
  }
}

mock_provider "kubernetes" {}

variables {
  secret_values = {}
}

run "plan" {
  command = plan

  module {
    source = "./tests/new-project"
  }

  assert {
    condition     = output.namespace == "etl"
    error_message = "The namespace is another."
  }
}

run "apply" {
  command = apply

  module {
    source = "./tests/new-project"
  }

  assert {
    condition     = output.namespace == "etl"
    error_message = "The namespace is another."
  }
}
