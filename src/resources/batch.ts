/** The limit of the BatchGet operations (semantics 9). */
import { BatchLimitExceededException } from "../shapes/codedeploy.ts";

export function requireBatch<Item>(items: readonly Item[] | undefined, most: number): readonly Item[] {
  if (items && items.length > most) {
    throw new BatchLimitExceededException(`${items.length} were asked for at once; at most ${most} may be`);
  }
  return items ?? [];
}
