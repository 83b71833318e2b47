# The provider as someone writes it who has signalbox in place of AWS: the endpoint is all that differs.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

provider "aws" {
  region     = "eu-west-1"
  access_key = "123456789012"
  secret_key = "test"

  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    codedeploy = var.endpoint
    ecs        = var.endpoint
    sns        = var.endpoint
    cloudwatch = var.endpoint
    elbv2      = var.endpoint
  }

  default_tags {
    tags = {
      managed-by = "terraform"
    }
  }
}
