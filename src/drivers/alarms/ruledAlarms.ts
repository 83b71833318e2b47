/** Alarms that have a rule are judged by it, all others where they are. */
import type { AlarmRules } from "./alarmRules.ts";
import type { AlarmJudge } from "./alarmSource.ts";

export function ruledAlarms(rules: AlarmRules, ruled: AlarmJudge, others: AlarmJudge): AlarmJudge {
  const known = new Set(rules.alarms.map(({ name }) => name));
  return {
    async look(scope, names, signal) {
      const [own, rest] = [names.filter((name) => known.has(name)), names.filter((name) => !known.has(name))];
      const sights = await Promise.all([
        ...(own.length > 0 ? [ruled.look(scope, own, signal)] : []),
        ...(rest.length > 0 ? [others.look(scope, rest, signal)] : []),
      ]);
      return {
        states: Object.assign({}, ...sights.map(({ states }) => states)),
        problems: Object.assign({}, ...sights.map(({ problems }) => problems)),
      };
    },
  };
}
