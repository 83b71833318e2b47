import { defineOperation } from "./operation.ts";

/** Resources with an external id are those that CloudFormation drives, and there are none here (semantics 2.10). */
export const deleteResourcesByExternalId = defineOperation("DeleteResourcesByExternalId", async () => ({}));
