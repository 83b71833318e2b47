# A load balancer for a blue/green service, as it is written for AWS; `changed` is for all that can change in place.

variable "changed" {
  type    = bool
  default = false
}

resource "aws_lb" "shop" {
  name               = "shop"
  internal           = false
  load_balancer_type = "application"
  subnets            = var.changed ? ["subnet-0a", "subnet-0c"] : ["subnet-0a", "subnet-0b"]
  security_groups    = ["sg-0123456789abcdef0"]
  idle_timeout       = var.changed ? 40 : 30
}

resource "aws_lb_target_group" "blue" {
  name                 = "shop-blue"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = "vpc-0123456789abcdef0"
  deregistration_delay = var.changed ? 20 : 15

  health_check {
    path                = var.changed ? "/alive" : "/health"
    matcher             = "200-299"
    interval            = var.changed ? 20 : 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_target_group" "green" {
  name        = "shop-green"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-0123456789abcdef0"
}

resource "aws_lb_target_group_attachment" "blue" {
  target_group_arn = aws_lb_target_group.blue.arn
  target_id        = "127.0.0.1"
  port             = var.changed ? 9091 : 9090
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.blue.arn
        weight = var.changed ? 1 : 90
      }
      target_group {
        arn    = aws_lb_target_group.green.arn
        weight = var.changed ? 99 : 10
      }
    }
  }
}

resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 9001
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.green.arn
  }
}

resource "aws_lb_listener_rule" "old" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 10

  action {
    type = "redirect"

    redirect {
      path        = var.changed ? "/newer" : "/new"
      status_code = "HTTP_301"
    }
  }

  condition {
    path_pattern {
      values = ["/old/*"]
    }
  }
  condition {
    http_header {
      http_header_name = "X-Client"
      values           = ["app*"]
    }
  }
}

resource "aws_lb_listener_rule" "fixed" {
  listener_arn = aws_lb_listener.http.arn
  priority     = var.changed ? 5 : 20

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = var.changed ? "shut" : "closed"
      status_code  = "503"
    }
  }

  condition {
    host_header {
      values = ["closed.example.com"]
    }
  }
  condition {
    query_string {
      key   = "really"
      value = "yes"
    }
  }
}

resource "aws_lb" "network" {
  name               = "shop-network"
  internal           = true
  load_balancer_type = "network"
  subnets            = ["subnet-0a"]
}

resource "aws_lb_target_group" "tcp" {
  name        = "shop-tcp"
  port        = 5432
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = "vpc-0123456789abcdef0"
}

resource "aws_lb_listener" "tcp" {
  load_balancer_arn = aws_lb.network.arn
  port              = 15432
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tcp.arn
  }
}
