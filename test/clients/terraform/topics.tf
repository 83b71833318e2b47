# A topic with what signalbox supports, one with nothing, and an endpoint that confirms by itself.

variable "receiver" {
  type = string
}

resource "aws_sns_topic" "deployments" {
  name              = "tf-deployments"
  display_name      = "Deployments"
  signature_version = 2
  tags = {
    team = "delivery"
  }
}

resource "aws_sns_topic" "plain" {
  name = "tf-plain"
}

resource "aws_sns_topic_policy" "deployments" {
  arn = aws_sns_topic.deployments.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codedeploy.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = aws_sns_topic.deployments.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "receiver" {
  topic_arn              = aws_sns_topic.deployments.arn
  protocol               = "http"
  endpoint               = var.receiver
  endpoint_auto_confirms = true
  raw_message_delivery   = true
}
