import { requireApplicationName, requireComputePlatform } from "../resources/application.ts";
import { requireTagsToAdd } from "../resources/tags.ts";
import { ApplicationAlreadyExistsException, ApplicationLimitExceededException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

export const createApplication = defineOperation("CreateApplication", async (input, services, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  const computePlatform = requireComputePlatform(input.computePlatform);
  const tags = requireTagsToAdd(input.tags);
  const { quotas, ids, clock, store } = services;

  return store.transaction(async (tx) => {
    const isFull = await tx.applications.reach(caller, quotas.applications);
    const applicationId = ids.uuid();
    const application = { applicationId, applicationName, computePlatform, createTime: clock.now() };
    if (!(await tx.applications.insert(caller, application))) {
      throw new ApplicationAlreadyExistsException(`Application already exists with name: ${applicationName}`);
    }
    // Told only now: a name that there is already is the nearer reason. What was written is taken back.
    if (isFull) {
      throw new ApplicationLimitExceededException(
        `There are ${quotas.applications} applications already, which is the limit; delete one first`,
      );
    }
    await tx.tags.put(applicationId, tags);
    return { applicationId };
  });
});
