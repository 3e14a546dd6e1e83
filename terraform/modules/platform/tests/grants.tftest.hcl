# Who may do what: every grant of the module, by its role, its member and its condition.
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  cluster     = "projects/my-project/locations/europe-west1/clusters/tasks"
  dist_folder = "tests/sources"
  project_id  = "my-project"
  region      = "europe-west1"

  clusters = ["projects/other-project/locations/us-central1/clusters/more"]
  configurers = {
    admins = "group:admins@example.com"
  }
  publishers = {
    airflow = "serviceAccount:airflow@my-project.iam.gserviceaccount.com"
  }
  readers = {
    analysts = "group:analysts@example.com"
  }
}

run "on_clusters" {
  assert {
    condition = {
      for key, role in google_project_iam_custom_role.cluster_access : key => join(" ", sort(role.permissions))
      } == {
      "my-project"    = "container.clusters.connect container.clusters.get"
      "other-project" = "container.clusters.connect container.clusters.get"
    }
    error_message = "The role on clusters has other permissions than get and connect."
  }

  assert {
    condition = {
      for key, grant in google_project_iam_member.cluster_access : key => "${grant.project} ${grant.role} ${grant.member}"
      } == {
      "my-project/launch"    = "my-project projects/its-own/roles/taskpod_cluster_access serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "my-project/watch"     = "my-project projects/its-own/roles/taskpod_cluster_access serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
      "other-project/launch" = "other-project projects/its-own/roles/taskpod_cluster_access serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "other-project/watch"  = "other-project projects/its-own/roles/taskpod_cluster_access serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
    }
    error_message = "Others than the two functions may reach clusters, or one of them may not."
  }

  assert {
    condition     = length(google_project_iam_custom_role.cluster_operations) + length(google_project_iam_member.cluster_operations) == 0
    error_message = "Somebody may create clusters, though no deployment asked for it."
  }
}

run "on_objects" {
  assert {
    condition     = sort(google_project_iam_custom_role.objects_read.permissions) == tolist(["storage.objects.get", "storage.objects.list"])
    error_message = "The role for reading objects has other permissions."
  }

  assert {
    condition     = sort(google_project_iam_custom_role.objects_write.permissions) == tolist(["storage.objects.create", "storage.objects.delete"])
    error_message = "The role for writing objects has other permissions."
  }

  assert {
    condition = {
      for key, grant in google_storage_bucket_iam_member.runs : key => join(" ", [
        grant.bucket, trimprefix(grant.role, "projects/my-project/roles/taskpod_objects_"), grant.member,
        length(grant.condition) == 0 ? "-" : grant.condition[0].expression,
      ])
      } == {
      "launch reads"  = "my-project-taskpod read serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com -"
      "launch writes" = "my-project-taskpod write serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/open/\") || resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/rejected/\") || resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/runs/\")"
      "watch reads"   = "my-project-taskpod read serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com !resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/config/\")"
      "watch writes"  = "my-project-taskpod write serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com !resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/config/\")"

      "analysts reads"                          = "my-project-taskpod read group:analysts@example.com !resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/config/\")"
      "admins reads variables and connections"  = "my-project-taskpod read group:admins@example.com -"
      "admins writes variables and connections" = "my-project-taskpod write group:admins@example.com resource.name.startsWith(\"projects/_/buckets/my-project-taskpod/objects/config/\")"
    }
    error_message = "Somebody may do more or less with the bucket's objects than they should."
  }
}

run "on_topics_and_subscriptions" {
  assert {
    condition = {
      for key, grant in google_pubsub_topic_iam_member.publisher : key => "${grant.topic} ${grant.role} ${grant.member}"
      } == {
      "airflow publishes tasks"      = "taskpod-tasks roles/pubsub.publisher serviceAccount:airflow@my-project.iam.gserviceaccount.com"
      "launch publishes events"      = "taskpod-events roles/pubsub.publisher serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "launch publishes tickets"     = "taskpod-watch roles/pubsub.publisher serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "watch publishes events"       = "taskpod-events roles/pubsub.publisher serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
      "watch publishes tasks"        = "taskpod-tasks roles/pubsub.publisher serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
      "watch publishes tickets"      = "taskpod-watch roles/pubsub.publisher serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
      "Pub/Sub puts dead letters by" = "taskpod-dead-letters roles/pubsub.publisher serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    }
    error_message = "Others than these may publish, or one of them may not."
  }

  assert {
    condition = {
      for key, grant in google_pubsub_subscription_iam_member.dead_letters : key => "${grant.subscription} ${grant.role} ${grant.member}"
      } == {
      launch = "taskpod-launch roles/pubsub.subscriber serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
      watch  = "taskpod-watch roles/pubsub.subscriber serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    }
    error_message = "Pub/Sub's agent may not acknowledge what it puts by."
  }
}

run "on_functions" {
  assert {
    condition = {
      for key, grant in google_cloud_run_v2_service_iam_member.push : key => "${grant.name} ${grant.role} ${grant.member}"
      } == {
      launch = "taskpod-launch roles/run.invoker serviceAccount:taskpod-push@my-project.iam.gserviceaccount.com"
      watch  = "taskpod-watch roles/run.invoker serviceAccount:taskpod-push@my-project.iam.gserviceaccount.com"
    }
    error_message = "Others than the identity of the pushes may call the functions."
  }

  assert {
    condition = (
      google_service_account_iam_member.push_token.service_account_id == google_service_account.push.name &&
      google_service_account_iam_member.push_token.role == "roles/iam.serviceAccountOpenIdTokenCreator" &&
      google_service_account_iam_member.push_token.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    )
    error_message = "Only Pub/Sub's agent may make tokens, and only of the identity of the pushes."
  }

  assert {
    condition = (
      google_cloudfunctions2_function.this["launch"].service_config[0].service_account_email == "taskpod-launch@my-project.iam.gserviceaccount.com" &&
      google_cloudfunctions2_function.this["watch"].service_config[0].service_account_email == "taskpod-watch@my-project.iam.gserviceaccount.com"
    )
    error_message = "A function does not run as its own identity."
  }
}

run "on_builds" {
  assert {
    condition = [
      for grant in [
        google_project_iam_member.build_copies, google_project_iam_member.build_logs,
        google_storage_bucket_iam_member.build_source, google_artifact_registry_repository_iam_member.build,
      ] : "${grant.role} ${grant.member}"
      ] == [
      "roles/storage.objectViewer serviceAccount:taskpod-build@my-project.iam.gserviceaccount.com",
      "roles/logging.logWriter serviceAccount:taskpod-build@my-project.iam.gserviceaccount.com",
      "roles/storage.objectViewer serviceAccount:taskpod-build@my-project.iam.gserviceaccount.com",
      "roles/artifactregistry.writer serviceAccount:taskpod-build@my-project.iam.gserviceaccount.com",
    ]
    error_message = "The build may do more or less than read its source, write its image and its log."
  }

  assert {
    condition     = google_project_iam_member.build_copies.condition[0].expression == "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-\")"
    error_message = "The build may read other buckets than those of functions' sources."
  }

  assert {
    condition     = google_storage_bucket_iam_member.build_source.bucket == "my-project-taskpod-source"
    error_message = "The build may read another bucket than that of the sources."
  }
}

run "cluster_operations" {
  variables {
    settings = { cluster_operations = ["projects/my-project/locations/europe-west1/clusters/batch-*"] }
  }

  assert {
    condition = {
      for key, role in google_project_iam_custom_role.cluster_operations : key => join(" ", concat([role.project, role.role_id], sort(role.permissions)))
      } == {
      "my-project/launch" = "my-project taskpod_cluster_operations_launch container.clusters.create container.clusters.delete container.clusters.get container.operations.list"
      "my-project/watch"  = "my-project taskpod_cluster_operations_watch container.clusters.delete container.clusters.get container.operations.get"
    }
    error_message = "The roles for cluster operations have other permissions, or are in other projects."
  }

  assert {
    condition = {
      for key, grant in google_project_iam_member.cluster_operations : key => "${grant.role} ${grant.member}"
      } == {
      "my-project/launch" = "projects/its-own/roles/taskpod_cluster_operations serviceAccount:taskpod-launch@my-project.iam.gserviceaccount.com"
      "my-project/watch"  = "projects/its-own/roles/taskpod_cluster_operations serviceAccount:taskpod-watch@my-project.iam.gserviceaccount.com"
    }
    error_message = "Others than the two functions may create clusters."
  }
}
