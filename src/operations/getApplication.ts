import { applicationInfo, requireApplication, requireApplicationName } from "../resources/application.ts";
import { defineOperation } from "./operation.ts";

export const getApplication = defineOperation("GetApplication", async (input, { store }, caller) => {
  const name = requireApplicationName(input.applicationName);
  const application = await store.read((reader) => reader.applications.find(caller, name));
  return { application: applicationInfo(requireApplication(name, application)) };
});
