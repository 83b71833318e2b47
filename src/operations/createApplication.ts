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
    if (await tx.applications.find(caller, applicationName)) {
      throw new ApplicationAlreadyExistsException(`Application already exists with name: ${applicationName}`);
    }
    if (await tx.applications.reach(caller, quotas.applications)) {
      throw new ApplicationLimitExceededException(
        `There are ${quotas.applications} applications already, which is the limit; delete one first`,
      );
    }
    const applicationId = ids.uuid();
    await tx.applications.insert(caller, { applicationId, applicationName, computePlatform, createTime: clock.now() });
    await tx.tags.put(applicationId, tags);
    return { applicationId };
  });
});
