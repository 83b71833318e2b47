# Alarms as they are written for deployments: the least, everything, and a percentile.

resource "aws_cloudwatch_metric_alarm" "least" {
  alarm_name          = "least"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
}

resource "aws_cloudwatch_metric_alarm" "everything" {
  alarm_name                = "every thing / <&> é"
  alarm_description         = "More than \"five\" errors & <rising>"
  comparison_operator       = "GreaterThanOrEqualToThreshold"
  evaluation_periods        = 3
  datapoints_to_alarm       = 2
  metric_name               = "Errors"
  namespace                 = "AWS/Lambda"
  period                    = 30
  statistic                 = "Maximum"
  threshold                 = 0.5
  unit                      = "Count"
  treat_missing_data        = "notBreaching"
  actions_enabled           = false
  alarm_actions             = ["arn:aws:sns:eu-west-1:123456789012:red"]
  ok_actions                = ["arn:aws:sns:eu-west-1:123456789012:green", "arn:aws:sns:eu-west-1:123456789012:log"]
  insufficient_data_actions = ["arn:aws:sns:eu-west-1:123456789012:grey"]

  dimensions = {
    FunctionName = "shop"
    Resource     = "shop:live"
  }

  tags = {
    team = "shop"
  }
}

resource "aws_cloudwatch_metric_alarm" "percentile" {
  alarm_name                            = "percentile"
  comparison_operator                   = "LessThanThreshold"
  evaluation_periods                    = 5
  metric_name                           = "Duration"
  namespace                             = "AWS/Lambda"
  period                                = 300
  extended_statistic                    = "p99.9"
  evaluate_low_sample_count_percentiles = "ignore"
  threshold                             = 1500
}
