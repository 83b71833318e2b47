/** The demo once more, as commands of the AWS CLI that work as they stand. Pure. */

export interface CommandPlace {
  endpoint: string;
  accountId: string;
  region: string;
  /** The folder of the example, absolute. */
  example: string;
  /** How this installation's own command line is called. */
  signalbox: string;
}

/** For a POSIX shell, in order. README.md of the example shows the same (a test compares them). */
export function awsCliCommands({ endpoint, accountId, region, example, signalbox }: CommandPlace): string[] {
  const create = (name: string, folder: string, more: string) =>
    `aws lambda create-function --function-name ${name} --runtime nodejs22.x --handler index.handler --role "$ROLE" ${more} --code "S3Bucket=local-folder,S3Key=$EXAMPLE/${folder}"`;
  const update = (folder: string) =>
    `aws lambda update-function-code --function-name checkout --publish --s3-bucket local-folder --s3-key "$EXAMPLE/${folder}"`;
  const deploy = (appSpec: string) => [
    `DEPLOYMENT=$(aws deploy create-deployment --application-name checkout --deployment-group-name live --revision "revisionType=AppSpecContent,appSpecContent={content='$(cat "$EXAMPLE/${appSpec}")'}" --query deploymentId --output text)`,
    `${signalbox} watch "$DEPLOYMENT"`,
  ];
  return [
    `export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=${accountId} AWS_SECRET_ACCESS_KEY=signalbox AWS_PAGER=`,
    `EXAMPLE=${quoted(example)}`,
    `ROLE=arn:aws:iam::${accountId}:role/any`,
    "",
    "# Version 1 of a function, live behind an alias; version 2; and the two functions that validate a deployment.",
    create("checkout", "checkout/v1", "--publish"),
    "aws lambda create-alias --function-name checkout --name live --function-version 1",
    update("checkout/v2"),
    create("CodeDeployHook_beforeAllowTraffic", "hooks/beforeAllowTraffic", "--timeout 30"),
    create("CodeDeployHook_afterAllowTraffic", "hooks/afterAllowTraffic", "--timeout 30"),
    "",
    "# A canary deployment of version 2, which is rolled back should it fail.",
    "aws deploy create-application --application-name checkout --compute-platform Lambda",
    `aws deploy create-deployment-group --application-name checkout --deployment-group-name live --service-role-arn "$ROLE" --deployment-config-name CodeDeployDefault.LambdaCanary10Percent5Minutes --deployment-style deploymentType=BLUE_GREEN,deploymentOption=WITH_TRAFFIC_CONTROL --auto-rollback-configuration enabled=true,events=DEPLOYMENT_FAILURE`,
    ...deploy("appspec.yaml"),
    "",
    "# Version 3 is broken: its deployment fails, and version 2 answers again.",
    update("checkout/v3-broken"),
    ...deploy("appspec-broken.yaml"),
    "aws lambda invoke --function-name checkout:live --query ExecutedVersion --output text /dev/null",
  ];
}

/** Removes what the commands have made, so that they can be given again. */
export const removalCommands: readonly string[] = [
  "aws deploy delete-application --application-name checkout",
  "aws lambda delete-function --function-name checkout",
  "aws lambda delete-function --function-name CodeDeployHook_beforeAllowTraffic",
  "aws lambda delete-function --function-name CodeDeployHook_afterAllowTraffic",
];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
