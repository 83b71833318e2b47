# Every argument of the three resources, each set at least once.

locals {
  role     = "arn:aws:iam::123456789012:role/CodeDeployServiceRole"
  topic    = "arn:aws:sns:eu-west-1:123456789012:deployments"
  listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188"
}

resource "aws_codedeploy_app" "server" {
  name = "tf-server"
  tags = {
    team = "platform"
    cost = "shared"
  }
}

resource "aws_codedeploy_app" "renamed" {
  name = "tf-first-name"
  tags = {
    team = "platform"
  }
}

resource "aws_codedeploy_app" "lambda" {
  name             = "tf-lambda"
  compute_platform = "Lambda"
}

resource "aws_codedeploy_app" "ecs" {
  name             = "tf-ecs"
  compute_platform = "ECS"
}

resource "aws_codedeploy_app" "replaced" {
  name             = "tf-replaced"
  compute_platform = "Server"
}

resource "aws_codedeploy_deployment_config" "hosts" {
  deployment_config_name = "tf-hosts"
  minimum_healthy_hosts {
    type  = "HOST_COUNT"
    value = 2
  }
}

resource "aws_codedeploy_deployment_config" "percent" {
  deployment_config_name = "tf-percent"
  compute_platform       = "Server"
  minimum_healthy_hosts {
    type  = "FLEET_PERCENT"
    value = 75
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_codedeploy_deployment_config" "zones" {
  deployment_config_name = "tf-zones"
  minimum_healthy_hosts {
    type  = "HOST_COUNT"
    value = 1
  }
  zonal_config {
    first_zone_monitor_duration_in_seconds = 600
    monitor_duration_in_seconds            = 120
    minimum_healthy_hosts_per_zone {
      type  = "FLEET_PERCENT"
      value = 50
    }
  }
}

resource "aws_codedeploy_deployment_config" "zones_by_default" {
  deployment_config_name = "tf-zones-by-default"
  minimum_healthy_hosts {
    type  = "FLEET_PERCENT"
    value = 0
  }
  zonal_config {
    monitor_duration_in_seconds = 30
  }
}

resource "aws_codedeploy_deployment_config" "lambda_canary" {
  deployment_config_name = "tf-lambda-canary"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "TimeBasedCanary"
    time_based_canary {
      interval   = 8
      percentage = 15
    }
  }
}

resource "aws_codedeploy_deployment_config" "lambda_linear" {
  deployment_config_name = "tf-lambda-linear"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "TimeBasedLinear"
    time_based_linear {
      interval   = 10
      percentage = 20
    }
  }
}

resource "aws_codedeploy_deployment_config" "lambda_at_once" {
  deployment_config_name = "tf-lambda-at-once"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "AllAtOnce"
  }
}

resource "aws_codedeploy_deployment_config" "ecs_canary" {
  deployment_config_name = "tf-ecs-canary"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "TimeBasedCanary"
    time_based_canary {
      interval   = 5
      percentage = 10
    }
  }
}

resource "aws_codedeploy_deployment_config" "ecs_linear" {
  deployment_config_name = "tf-ecs-linear"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "TimeBasedLinear"
    time_based_linear {
      interval   = 1
      percentage = 25
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

# In place, behind load balancers, with instances of every kind.
resource "aws_codedeploy_deployment_group" "in_place" {
  app_name                    = aws_codedeploy_app.server.name
  deployment_group_name       = "in-place"
  service_role_arn            = local.role
  deployment_config_name      = aws_codedeploy_deployment_config.percent.deployment_config_name
  autoscaling_groups          = ["web-a", "web-b"]
  outdated_instances_strategy = "IGNORE"
  termination_hook_enabled    = true

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "IN_PLACE"
  }

  ec2_tag_set {
    ec2_tag_filter {
      key   = "Role"
      type  = "KEY_AND_VALUE"
      value = "web"
    }
    ec2_tag_filter {
      type  = "VALUE_ONLY"
      value = "front"
    }
  }
  ec2_tag_set {
    ec2_tag_filter {
      key  = "Production"
      type = "KEY_ONLY"
    }
  }

  on_premises_instance_tag_filter {
    key   = "Rack"
    type  = "KEY_AND_VALUE"
    value = "r1"
  }
  on_premises_instance_tag_filter {
    key  = "Spare"
    type = "KEY_ONLY"
  }

  load_balancer_info {
    elb_info {
      name = "classic-one"
    }
    elb_info {
      name = "classic-two"
    }
    target_group_info {
      name = "web"
    }
  }

  trigger_configuration {
    trigger_name       = "ends"
    trigger_events     = ["DeploymentSuccess", "DeploymentFailure", "DeploymentStop"]
    trigger_target_arn = local.topic
  }
  trigger_configuration {
    trigger_name       = "starts"
    trigger_events     = ["DeploymentStart"]
    trigger_target_arn = local.topic
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
  }

  alarm_configuration {
    enabled                   = true
    ignore_poll_alarm_failure = true
    alarms                    = ["errors", "latency"]
  }

  tags = {
    stage = "created"
    gone  = "soon"
  }
}

# The same again: the next configuration takes every optional argument away.
resource "aws_codedeploy_deployment_group" "stripped" {
  app_name                    = aws_codedeploy_app.server.name
  deployment_group_name       = "stripped"
  service_role_arn            = local.role
  deployment_config_name      = aws_codedeploy_deployment_config.percent.deployment_config_name
  autoscaling_groups          = ["web-a", "web-b"]
  outdated_instances_strategy = "IGNORE"
  termination_hook_enabled    = true

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "IN_PLACE"
  }

  ec2_tag_set {
    ec2_tag_filter {
      key   = "Role"
      type  = "KEY_AND_VALUE"
      value = "web"
    }
    ec2_tag_filter {
      type  = "VALUE_ONLY"
      value = "front"
    }
  }
  ec2_tag_set {
    ec2_tag_filter {
      key  = "Production"
      type = "KEY_ONLY"
    }
  }

  on_premises_instance_tag_filter {
    key   = "Rack"
    type  = "KEY_AND_VALUE"
    value = "r1"
  }
  on_premises_instance_tag_filter {
    key  = "Spare"
    type = "KEY_ONLY"
  }

  load_balancer_info {
    elb_info {
      name = "classic-one"
    }
    elb_info {
      name = "classic-two"
    }
    target_group_info {
      name = "web"
    }
  }

  trigger_configuration {
    trigger_name       = "ends"
    trigger_events     = ["DeploymentSuccess", "DeploymentFailure", "DeploymentStop"]
    trigger_target_arn = local.topic
  }
  trigger_configuration {
    trigger_name       = "starts"
    trigger_events     = ["DeploymentStart"]
    trigger_target_arn = local.topic
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
  }

  alarm_configuration {
    enabled                   = true
    ignore_poll_alarm_failure = true
    alarms                    = ["errors", "latency"]
  }

  tags = {
    stage = "created"
    gone  = "soon"
  }
}

resource "aws_codedeploy_deployment_group" "filters" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "filters"
  service_role_arn      = local.role

  ec2_tag_filter {
    key   = "Name"
    type  = "KEY_AND_VALUE"
    value = "api"
  }
  ec2_tag_filter {
    key  = "Live"
    type = "KEY_ONLY"
  }
}

# Its application is renamed under it.
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
}

resource "aws_codedeploy_deployment_group" "turned" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "turned"
  service_role_arn      = local.role

  deployment_style {
    deployment_option = "WITHOUT_TRAFFIC_CONTROL"
    deployment_type   = "IN_PLACE"
  }
}

resource "aws_codedeploy_deployment_group" "server_blue_green" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "blue-green"
  service_role_arn      = local.role
  autoscaling_groups    = ["fleet"]

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  load_balancer_info {
    target_group_info {
      name = "web"
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout    = "STOP_DEPLOYMENT"
      wait_time_in_minutes = 60
    }
    green_fleet_provisioning_option {
      action = "COPY_AUTO_SCALING_GROUP"
    }
    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = 30
    }
  }
}

resource "aws_codedeploy_deployment_group" "lambda" {
  app_name               = aws_codedeploy_app.lambda.name
  deployment_group_name  = "functions"
  service_role_arn       = local.role
  deployment_config_name = "CodeDeployDefault.LambdaAllAtOnce"

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_STOP_ON_REQUEST"]
  }

  alarm_configuration {
    enabled = true
    alarms  = ["function-errors"]
  }
}

resource "aws_codedeploy_deployment_group" "ecs" {
  app_name               = aws_codedeploy_app.ecs.name
  deployment_group_name  = "service"
  service_role_arn       = local.role
  deployment_config_name = "CodeDeployDefault.ECSAllAtOnce"

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  ecs_service {
    cluster_name = "main"
    service_name = "web"
  }

  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = ["${local.listener}/f2f7dc8efc522ab2"]
      }
      test_traffic_route {
        listener_arns = ["${local.listener}/a1b2c3d4e5f60718"]
      }
      target_group {
        name = "blue"
      }
      target_group {
        name = "green"
      }
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout = "CONTINUE_DEPLOYMENT"
    }
    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = 5
    }
  }

  trigger_configuration {
    trigger_name       = "rollbacks"
    trigger_events     = ["DeploymentRollback"]
    trigger_target_arn = local.topic
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
      test_traffic_route {
        listener_arns = ["${local.listener}/8899aabbccddeeff"]
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
