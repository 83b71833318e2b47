# The same after every argument has been changed or taken away.

variable "receiver" {
  type = string
}

resource "aws_sns_topic" "deployments" {
  name              = "tf-deployments"
  display_name      = "All deployments"
  signature_version = 1
  tags = {
    owner = "ops"
  }
}

resource "aws_sns_topic" "plain" {
  name = "tf-plain-renamed"
}

resource "aws_sns_topic_subscription" "receiver" {
  topic_arn              = aws_sns_topic.deployments.arn
  protocol               = "http"
  endpoint               = var.receiver
  endpoint_auto_confirms = true
  raw_message_delivery   = false
}
