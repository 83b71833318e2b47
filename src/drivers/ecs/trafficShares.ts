/** When two forwards are the same. Pure. */
import type { TrafficShare } from "../../engine/ecsPlan.ts";

/** Whether the traffic goes to the same places, however the weights are written: `1` alone is `100` and `0`. */
export function sameTraffic(one: readonly TrafficShare[], other: readonly TrafficShare[]): boolean {
  const [a, b] = [fractions(one), fractions(other)];
  return a.size === b.size && [...a].every(([arn, fraction]) => Math.abs((b.get(arn) ?? 0) - fraction) < 1e-9);
}

/** Whether they are written the same, but for the order. */
export function sameShares(one: readonly TrafficShare[], other: readonly TrafficShare[]): boolean {
  if (one.length !== other.length) return false;
  const weights = new Map(other.map(({ targetGroupArn, weight }) => [targetGroupArn, weight]));
  if (one.length === 1) return weights.has(one[0]?.targetGroupArn ?? "");
  return one.every(({ targetGroupArn, weight }) => weights.get(targetGroupArn) === weight);
}

/** Where there is only one target group it has everything. */
function fractions(shares: readonly TrafficShare[]): Map<string, number> {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  if (shares.length === 1) return new Map([[shares[0]?.targetGroupArn ?? "", 1]]);
  return new Map(
    shares.flatMap(({ targetGroupArn, weight }) => (weight > 0 ? [[targetGroupArn, weight / total] as const] : [])),
  );
}
