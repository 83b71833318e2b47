import { applicationInfo, requireApplication, requireApplicationName } from "../resources/application.ts";
import { requireBatch } from "../resources/batch.ts";
import { defineOperation } from "./operation.ts";

/** The output has no place for names that were not found, so the first of them is an error (semantics 2.1). */
export const batchGetApplications = defineOperation("BatchGetApplications", async (input, { store }, caller) => {
  const names = requireBatch(input.applicationNames, 100).map(requireApplicationName);
  if (names.length === 0) requireApplicationName(undefined);
  return store.read(async (reader) => {
    const applicationsInfo = [];
    for (const name of names) {
      const application = requireApplication(name, await reader.applications.find(caller, name));
      applicationsInfo.push(applicationInfo(application));
    }
    return { applicationsInfo };
  });
});
