# The same alarms with other arguments.

resource "aws_cloudwatch_metric_alarm" "least" {
  alarm_name          = "least"
  alarm_description   = "Now described"
  comparison_operator = "LessThanOrEqualToThreshold"
  evaluation_periods  = 2
  metric_name         = "Invocations"
  namespace           = "AWS/Lambda"
  period              = 120
  statistic           = "SampleCount"
  threshold           = -1.25
  treat_missing_data  = "breaching"
  alarm_actions       = ["arn:aws:sns:eu-west-1:123456789012:red"]

  tags = {
    added = "later"
  }
}

resource "aws_cloudwatch_metric_alarm" "everything" {
  alarm_name          = "every thing / <&> é"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "shop"
  period              = 10
  statistic           = "Average"
  threshold           = 1000000
  ok_actions          = ["arn:aws:sns:eu-west-1:123456789012:log"]

  tags = {
    team = "web"
  }
}

resource "aws_cloudwatch_metric_alarm" "percentile" {
  alarm_name                            = "percentile"
  comparison_operator                   = "LessThanThreshold"
  evaluation_periods                    = 5
  metric_name                           = "Duration"
  namespace                             = "AWS/Lambda"
  period                                = 300
  extended_statistic                    = "p50"
  evaluate_low_sample_count_percentiles = "evaluate"
  threshold                             = 1500
}
