/** What tests of on-premises instances need to exist. Names are never used twice. */
import {
  AddTagsToOnPremisesInstancesCommand,
  type CodeDeployClient,
  RegisterOnPremisesInstanceCommand,
  type Tag,
} from "@aws-sdk/client-codedeploy";
import { uniqueName } from "./lambdaFixtures.ts";
import { ACCOUNT } from "./signalbox.ts";

/** The IAM user of an instance of that name. */
export const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/AWS/CodeDeploy/${name}`;
export const sessionArn = (session: string): string => `arn:aws:sts::${ACCOUNT}:assumed-role/OnPremises/${session}`;

/** Registers an instance with a user of its own, and gives its name. */
export async function registerInstance(
  codedeploy: CodeDeployClient,
  instanceName: string = uniqueName("instance"),
  tags: Tag[] = [],
): Promise<string> {
  await codedeploy.send(new RegisterOnPremisesInstanceCommand({ instanceName, iamUserArn: userArn(instanceName) }));
  if (tags.length > 0) {
    await codedeploy.send(new AddTagsToOnPremisesInstancesCommand({ instanceNames: [instanceName], tags }));
  }
  return instanceName;
}
