/** Hook execution ids that nothing is sealed in: AES and HMAC took a tenth of a simulation's time. Unit tests have the real ones. */
import type { HookExecutionBinding, HookExecutionIds } from "../../src/resources/hookExecutionId.ts";

/** As with the real ones, the same binding has the same id, and no other text is an id. */
export function plainHookExecutionIds(secret: string): HookExecutionIds {
  const seal = ({ deploymentId, lifecycleEvent, targetId }: HookExecutionBinding) => {
    const text = [deploymentId, lifecycleEvent, targetId].join(" ");
    return `${text} ${checksum(secret + text)}`;
  };
  return {
    seal,
    open(id) {
      const [deploymentId = "", lifecycleEvent = "", targetId = ""] = id.split(" ");
      if (seal({ deploymentId, lifecycleEvent, targetId }) !== id) return null;
      return { deploymentId, lifecycleEvent, isOfTarget: (other) => other === targetId };
    },
  };
}

/** FNV-1a, in eight hexadecimal digits. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
