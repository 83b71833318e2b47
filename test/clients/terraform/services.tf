# Services as they are written for AWS: one for blue/green deployments behind a load balancer, and two others.

resource "aws_lb" "shop" {
  name    = "tf-services"
  subnets = ["subnet-0a", "subnet-0b"]
}

resource "aws_lb_target_group" "blue" {
  name                 = "tf-services-blue"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = "vpc-0123456789abcdef0"
  deregistration_delay = 1

  health_check {
    interval          = 5
    timeout           = 2
    healthy_threshold = 2
  }
}

resource "aws_lb_target_group" "green" {
  name        = "tf-services-green"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-0123456789abcdef0"
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.blue.arn
  }
}

resource "aws_ecs_cluster" "shop" {
  name = "tf-shop"

  setting {
    name  = "containerInsights"
    value = "enabled"
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
      command      = ["node", "-e", "require('http').createServer((_, r) => r.end('web')).listen(process.env.PORT, process.env.HOST)"]
      stopTimeout  = 2
      portMappings = [{ containerPort = 8080 }]
      environment  = [{ name = "VERSION", value = "1" }]
      healthCheck  = { command = ["CMD", "true"], interval = 5 }
    },
    { name = "sidecar", image = "local/process", command = ["sleep", "3600"], essential = false, stopTimeout = 2 }
  ])

  tags = { team = "shop" }
}

resource "aws_ecs_service" "blue_green" {
  name            = "blue-green"
  cluster         = aws_ecs_cluster.shop.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 2
  launch_type     = "FARGATE"

  health_check_grace_period_seconds = 60

  deployment_controller {
    type = "CODE_DEPLOY"
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.blue.arn
    container_name   = "web"
    container_port   = 8080
  }

  network_configuration {
    subnets = ["subnet-0123456789abcdef0"]
  }

  depends_on = [aws_lb_listener.http]
}

resource "aws_ecs_service" "rolling" {
  name                  = "rolling"
  cluster               = aws_ecs_cluster.shop.id
  task_definition       = aws_ecs_task_definition.web.arn
  desired_count         = 2
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
  service           = aws_ecs_service.external.id
  cluster           = aws_ecs_cluster.shop.id
  task_definition   = aws_ecs_task_definition.web.arn
  launch_type       = "FARGATE"
  external_id       = "one"
  wait_until_stable = true
  force_delete      = true

  network_configuration {
    subnets = ["subnet-0123456789abcdef0"]
  }

  scale {
    value = 100
  }
}
