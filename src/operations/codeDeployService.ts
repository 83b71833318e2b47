/** The CodeDeploy API as a service behind the one port. */
import { awsJsonHandler } from "../protocol/awsJson.ts";
import type { Scope } from "../protocol/http.ts";
import type { Service } from "../protocol/requestSteps.ts";
import { operations, shapes, targetPrefix } from "../shapes/codedeploy.ts";
import { audited } from "./audit.ts";
import { registry } from "./index.ts";
import type { Services } from "./operation.ts";

/** What these names begin with changes nothing; everything else is a write, and audited. */
const READS = /^(Get|List|BatchGet)/;

export function codeDeployService(services: Services): Service {
  const table = registry as Record<string, (input: unknown, services: Services, caller: Scope) => Promise<object>>;
  const audit = { store: services.store, now: services.clock.now };
  const handle = awsJsonHandler({
    targetPrefix,
    shapes,
    operations,
    async perform(operation, readInput, request) {
      const perform = table[operation];
      if (!perform) throw new Error(`the model has ${operation} and the registry has not`);
      const { caller } = request;
      if (READS.test(operation)) return perform(readInput(), services, caller);
      return audited(audit, { operation, request, readInput }, (input, store) =>
        perform(input, { ...services, store }, caller),
      );
    },
  });
  return { handles: ({ method, path }) => method === "POST" && path === "/", handle };
}
