/**
 * On Lambda the AWS SDK v3 is simply there. Here it is that of signalbox: packages of its scopes which the function has not
 * got itself are looked for once more from this file, for `require` and `import` alike.
 */
import { createRequire, registerHooks } from "node:module";

const SDK = /^(@aws-sdk|@smithy)\/[^/]+|^aws-sdk(\/|$)/;

const require = createRequire(import.meta.url);

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      // What is looked for from this file has been looked for everywhere.
      if (context.parentURL === import.meta.url) throw error;
      const name = SDK.exec(specifier)?.[0];
      if (name === undefined || !/^(ERR_)?MODULE_NOT_FOUND$/.test(error.code)) throw error;
      try {
        // For `require` the parent cannot be replaced, only the name by a path.
        if (context.conditions.includes("require")) return nextResolve(require.resolve(specifier), context);
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      } catch {
        error.message = `${error.message}\n${specifier} is not in the function's own node_modules and is not bundled with signalbox. Add it to the function's code.`;
        throw error;
      }
    }
  },
});
