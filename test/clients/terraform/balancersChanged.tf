# A load balancer for a blue/green service, after everything that can change in place has changed.

resource "aws_lb" "shop" {
  name               = "shop"
  internal           = false
  load_balancer_type = "application"
  subnets            = ["subnet-0a", "subnet-0c"]
  security_groups    = ["sg-0123456789abcdef0"]
  idle_timeout       = 40
}

resource "aws_lb_target_group" "blue" {
  name                 = "shop-blue"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = "vpc-0123456789abcdef0"
  deregistration_delay = 20

  health_check {
    path                = "/alive"
    matcher             = "200-299"
    interval            = 20
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
  port             = 9091
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
        weight = 1
      }
      target_group {
        arn    = aws_lb_target_group.green.arn
        weight = 99
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
      path        = "/newer"
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
  priority     = 5

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "shut"
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
