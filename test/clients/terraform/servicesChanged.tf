resource "aws_ecs_cluster" "shop" {
  name = "tf-shop"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }

  tags = { team = "shop" }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "tf-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([
    {
      name         = "web"
      image        = "local/process"
      command      = ["sleep", "3600"]
      stopTimeout  = 2
      portMappings = [{ containerPort = 8080 }]
      environment  = [{ name = "VERSION", value = "2" }]
      healthCheck  = { command = ["CMD", "true"], interval = 5 }
    },
    { name = "sidecar", image = "local/process", command = ["sleep", "3600"], essential = false, stopTimeout = 2 }
  ])

  tags = { team = "shop" }
}

resource "aws_ecs_service" "web" {
  name                  = "web"
  cluster               = aws_ecs_cluster.shop.id
  task_definition       = aws_ecs_task_definition.web.arn
  desired_count         = 3
  launch_type           = "FARGATE"
  propagate_tags        = "SERVICE"
  wait_for_steady_state = true

  network_configuration {
    subnets = ["subnet-0123456789abcdef0"]
  }

  tags = { team = "shop" }
}

resource "aws_ecs_service" "external" {
  name          = "external"
  cluster       = aws_ecs_cluster.shop.id
  desired_count = 1

  deployment_controller {
    type = "EXTERNAL"
  }
}

resource "aws_ecs_task_set" "one" {
  service                   = aws_ecs_service.external.id
  cluster                   = aws_ecs_cluster.shop.id
  task_definition           = aws_ecs_task_definition.web.arn
  launch_type               = "FARGATE"
  external_id               = "one"
  wait_until_stable         = true
  wait_until_stable_timeout = "1m"
  force_delete              = true

  network_configuration {
    subnets = ["subnet-0123456789abcdef0"]
  }

  scale {
    value = 50
  }
}
