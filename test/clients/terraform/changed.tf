# The same resources after every argument has been changed, and every optional one taken away somewhere.

locals {
  role     = "arn:aws:iam::123456789012:role/service-role/AnotherRole"
  topic    = "arn:aws:sns:eu-west-1:123456789012:other-deployments"
  listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/other/60dc6c495c0c9188"
}

resource "aws_codedeploy_app" "server" {
  name = "tf-server"
  tags = {
    team  = "delivery"
    owner = "ops"
  }
}

resource "aws_codedeploy_app" "renamed" {
  name = "tf-second-name"
  tags = {
    team = "delivery"
  }
}

resource "aws_codedeploy_app" "lambda" {
  name             = "tf-lambda"
  compute_platform = "Lambda"
  tags = {
    team = "functions"
  }
}

resource "aws_codedeploy_app" "ecs" {
  name             = "tf-ecs"
  compute_platform = "ECS"
}

resource "aws_codedeploy_app" "replaced" {
  name             = "tf-replaced"
  compute_platform = "ECS"
}

resource "aws_codedeploy_deployment_config" "hosts" {
  deployment_config_name = "tf-hosts"
  minimum_healthy_hosts {
    type  = "FLEET_PERCENT"
    value = 30
  }
}

resource "aws_codedeploy_deployment_config" "percent" {
  deployment_config_name = "tf-percent-next"
  compute_platform       = "Server"
  minimum_healthy_hosts {
    type  = "FLEET_PERCENT"
    value = 0
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_codedeploy_deployment_config" "zones" {
  deployment_config_name = "tf-zones"
  minimum_healthy_hosts {
    type  = "HOST_COUNT"
    value = 0
  }
  zonal_config {
    first_zone_monitor_duration_in_seconds = 30
    monitor_duration_in_seconds            = 60
    minimum_healthy_hosts_per_zone {
      type  = "HOST_COUNT"
      value = 1
    }
  }
}

resource "aws_codedeploy_deployment_config" "zones_by_default" {
  deployment_config_name = "tf-zones-by-default"
  minimum_healthy_hosts {
    type  = "FLEET_PERCENT"
    value = 0
  }
}

resource "aws_codedeploy_deployment_config" "lambda_canary" {
  deployment_config_name = "tf-lambda-canary"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "TimeBasedCanary"
    time_based_canary {
      interval   = 2880
      percentage = 99
    }
  }
}

resource "aws_codedeploy_deployment_config" "lambda_linear" {
  deployment_config_name = "tf-lambda-linear"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "TimeBasedLinear"
    time_based_linear {
      interval   = 5
      percentage = 33
    }
  }
}

resource "aws_codedeploy_deployment_config" "lambda_at_once" {
  deployment_config_name = "tf-lambda-at-once"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "TimeBasedCanary"
    time_based_canary {
      interval   = 1
      percentage = 1
    }
  }
}

resource "aws_codedeploy_deployment_config" "ecs_canary" {
  deployment_config_name = "tf-ecs-canary"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "TimeBasedCanary"
    time_based_canary {
      interval   = 7
      percentage = 50
    }
  }
}

resource "aws_codedeploy_deployment_config" "ecs_linear" {
  deployment_config_name = "tf-ecs-linear"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "TimeBasedLinear"
    time_based_linear {
      interval   = 3
      percentage = 10
    }
  }
}

resource "aws_codedeploy_deployment_config" "ecs_at_once" {
  deployment_config_name = "tf-ecs-at-once"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "AllAtOnce"
  }
}

resource "aws_codedeploy_deployment_group" "in_place" {
  app_name                    = aws_codedeploy_app.server.name
  deployment_group_name       = "in-place-renamed"
  service_role_arn            = local.role
  deployment_config_name      = aws_codedeploy_deployment_config.percent.deployment_config_name
  autoscaling_groups          = ["web-b", "web-c", "web-d"]
  outdated_instances_strategy = "UPDATE"
  termination_hook_enabled    = false

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "IN_PLACE"
  }

  ec2_tag_set {
    ec2_tag_filter {
      key  = "Role"
      type = "KEY_ONLY"
    }
  }
  ec2_tag_set {
    ec2_tag_filter {
      key   = "Production"
      type  = "KEY_AND_VALUE"
      value = "yes-*"
    }
  }
  ec2_tag_set {
    ec2_tag_filter {
      type  = "VALUE_ONLY"
      value = "third"
    }
  }

  on_premises_instance_tag_filter {
    key   = "Room"
    type  = "KEY_AND_VALUE"
    value = "cellar"
  }
  on_premises_instance_tag_filter {
    type  = "VALUE_ONLY"
    value = "r2"
  }

  load_balancer_info {
    elb_info {
      name = "classic-three"
    }
    target_group_info {
      name = "web-next"
    }
    target_group_info {
      name = "web-last"
    }
  }

  trigger_configuration {
    trigger_name = "everything"
    trigger_events = [
      "DeploymentStart", "DeploymentSuccess", "DeploymentFailure", "DeploymentStop", "DeploymentRollback",
      "DeploymentReady", "InstanceStart", "InstanceSuccess", "InstanceFailure", "InstanceReady",
    ]
    trigger_target_arn = local.topic
  }

  auto_rollback_configuration {
    enabled = false
    events  = ["DEPLOYMENT_STOP_ON_REQUEST"]
  }

  alarm_configuration {
    enabled                   = false
    ignore_poll_alarm_failure = false
    alarms                    = ["latency", "saturation", "errors"]
  }

  tags = {
    stage = "changed"
    fresh = "yes"
  }
}

resource "aws_codedeploy_deployment_group" "stripped" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "stripped"
  service_role_arn      = local.role

  deployment_style {
    deployment_option = "WITHOUT_TRAFFIC_CONTROL"
    deployment_type   = "IN_PLACE"
  }
}

# From filters to a set of them.
resource "aws_codedeploy_deployment_group" "filters" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "filters"
  service_role_arn      = local.role

  ec2_tag_set {
    ec2_tag_filter {
      key   = "Name"
      type  = "KEY_AND_VALUE"
      value = "api"
    }
  }
}

# Only its application's name has changed: the provider would set changed tags under the ARN with the old name.
resource "aws_codedeploy_deployment_group" "moved" {
  app_name              = aws_codedeploy_app.renamed.name
  deployment_group_name = "moved"
  service_role_arn      = local.role
  tags = {
    stage = "always"
  }
}

resource "aws_codedeploy_deployment_group" "plain" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "plain"
  service_role_arn      = local.role

  ec2_tag_filter {
    key   = "Name"
    type  = "KEY_AND_VALUE"
    value = "plain"
  }
}

# From in place to blue/green.
resource "aws_codedeploy_deployment_group" "turned" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "turned"
  service_role_arn      = local.role

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  load_balancer_info {
    elb_info {
      name = "classic"
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout = "CONTINUE_DEPLOYMENT"
    }
    green_fleet_provisioning_option {
      action = "DISCOVER_EXISTING"
    }
    terminate_blue_instances_on_deployment_success {
      action = "KEEP_ALIVE"
    }
  }
}

resource "aws_codedeploy_deployment_group" "server_blue_green" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "blue-green"
  service_role_arn      = local.role

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  load_balancer_info {
    target_group_info {
      name = "web-other"
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout    = "CONTINUE_DEPLOYMENT"
      wait_time_in_minutes = 0
    }
    green_fleet_provisioning_option {
      action = "DISCOVER_EXISTING"
    }
    terminate_blue_instances_on_deployment_success {
      action                           = "KEEP_ALIVE"
      termination_wait_time_in_minutes = 0
    }
  }
}

resource "aws_codedeploy_deployment_group" "lambda" {
  app_name               = aws_codedeploy_app.lambda.name
  deployment_group_name  = "functions-renamed"
  service_role_arn       = local.role
  deployment_config_name = aws_codedeploy_deployment_config.lambda_canary.deployment_config_name

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  trigger_configuration {
    trigger_name       = "failures"
    trigger_events     = ["DeploymentFailure"]
    trigger_target_arn = local.topic
  }
}

resource "aws_codedeploy_deployment_group" "ecs" {
  app_name               = aws_codedeploy_app.ecs.name
  deployment_group_name  = "service-renamed"
  service_role_arn       = local.role
  deployment_config_name = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  ecs_service {
    cluster_name = "other"
    service_name = "api"
  }

  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = ["${local.listener}/1111111111111111"]
      }
      test_traffic_route {
        listener_arns = ["${local.listener}/2222222222222222"]
      }
      target_group {
        name = "green"
      }
      target_group {
        name = "violet"
      }
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout    = "STOP_DEPLOYMENT"
      wait_time_in_minutes = 5
    }
    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = 0
    }
  }
}

resource "aws_codedeploy_deployment_group" "ecs_without_test" {
  app_name               = aws_codedeploy_app.ecs.name
  deployment_group_name  = "without-test"
  service_role_arn       = local.role
  deployment_config_name = "CodeDeployDefault.ECSAllAtOnce"

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  ecs_service {
    cluster_name = "main"
    service_name = "worker"
  }

  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = ["${local.listener}/0011223344556677"]
      }
      target_group {
        name = "worker-blue"
      }
      target_group {
        name = "worker-green"
      }
    }
  }
}
