/** Faults in what becomes of deployments that find their group busy. */
import { type Mutant, mutant } from "./mutant.ts";

export const GROUP_MUTANTS: readonly Mutant[] = [
  mutant(
    "the last to come begins first",
    "store/statements/deployments.ts",
    "active = 2 order by n",
    "active = 2 order by n desc",
  ),
  mutant(
    "the next in the queue begins while the rollback is under way",
    "runner/turn.ts",
    "if (!first || (await tx.deployments.activeIn(groupN))) return;",
    "if (!first) return;",
  ),
  mutant(
    "the next in the queue begins only after a success",
    "runner/turn.ts",
    "decided.filter(({ turn }) => hasEnded(turn.state.status))",
    `decided.filter(({ turn }) => turn.state.status === "Succeeded")`,
  ),
  mutant(
    "a replacement stops a rollback",
    "operations/busyGroup.ts",
    "if (active && !(await isRollback(tx, active.n)))",
    "if (active)",
  ),
  mutant(
    "what is replaced is not rolled back",
    "operations/createDeployment.ts",
    "rollBack: undo, reason",
    "rollBack: false, reason",
  ),
  mutant(
    "what is replaced goes on",
    "operations/createDeployment.ts",
    "    await makeWay(tx, admission, plan.deploymentId, clock.now());\n",
    "",
  ),
  mutant("a lower order is accepted", "operations/busyGroup.ts", "order >= highestOrder", "order >= 0"),
  mutant(
    "the highest order is not kept",
    "operations/createDeployment.ts",
    "highestOrder: admission.order ?? group.highestOrder",
    "highestOrder: group.highestOrder",
  ),
  mutant(
    "a queued deployment that is aborted is rolled back",
    "engine/interruptions.ts",
    `return deployment.state.status === "Queued" ? { ...interruption, obstacle: "it had not begun" } : interruption;`,
    "return deployment.state.status.length > 0 ? interruption : interruption;",
  ),
  mutant(
    "a queued deployment begins at once",
    "operations/createDeployment.ts",
    `if (admission.status === "Created") await tx.inbox`,
    `if (admission.status !== undefined) await tx.inbox`,
  ),
];
