/** The CodeDeploy API as a service behind the one port. */
import { awsJsonHandler } from "../protocol/awsJson.ts";
import type { Scope } from "../protocol/http.ts";
import type { Service } from "../protocol/requestSteps.ts";
import { operations, shapes, targetPrefix } from "../shapes/codedeploy.ts";
import { auditedStore } from "./audit.ts";
import { registry } from "./index.ts";
import type { Services } from "./operation.ts";

export function codeDeployService(services: Services): Service {
  const table = registry as Record<string, (input: never, services: Services, caller: Scope) => Promise<object>>;
  const handle = awsJsonHandler({
    targetPrefix,
    shapes,
    operations,
    async perform(operation, input, request) {
      const perform = table[operation];
      if (!perform) throw new Error(`the model has ${operation} and the registry has not`);
      const store = auditedStore(services.store, operation, input, request, services.clock.now);
      return perform(input as never, { ...services, store }, request.caller);
    },
  });
  return { handles: ({ method, path }) => method === "POST" && path === "/", handle };
}
