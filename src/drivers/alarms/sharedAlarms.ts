/** One call for many: questions that come together are asked together, however many deployments ask. */
import { wallClock } from "../../clock.ts";
import { type AlarmJudge, type AlarmSight, type AlarmSource, type Scope, sightOf } from "./alarmSource.ts";

/** Real time in which the states of alarms must be told, while this process runs. */
const CALL_TIMEOUT_MS = 10_000;

interface Question {
  names: readonly string[];
  resolve(sight: AlarmSight): void;
  reject(error: unknown): void;
}

/**
 * A source before a judge. Questions of one account and region that come before the next turn of the event loop share a
 * call. An answer is never older than its question: nothing is kept.
 */
export function sharedAlarms(judge: AlarmJudge): AlarmSource {
  const waiting = new Map<string, { scope: Scope; questions: Question[] }>();
  const ask = (key: string) => {
    const asked = waiting.get(key);
    waiting.delete(key);
    if (!asked) return;
    const names = [...new Set(asked.questions.flatMap((question) => question.names))];
    // The call is bounded by its own time-out: who asked alone may have gone.
    const timeOut = new AbortController();
    const answered = wallClock.afterRunning(CALL_TIMEOUT_MS, () => timeOut.abort());
    judge
      .look(asked.scope, names, timeOut.signal)
      .finally(answered)
      .then(
        (sight) => {
          for (const question of asked.questions) question.resolve(sightOf(question.names, sight));
        },
        (error: unknown) => {
          for (const question of asked.questions) question.reject(error);
        },
      );
  };
  return {
    look({ accountId, region }, names) {
      const key = `${accountId}/${region}`;
      return new Promise((resolve, reject) => {
        const known = waiting.get(key);
        if (known) {
          known.questions.push({ names, resolve, reject });
        } else {
          waiting.set(key, { scope: { accountId, region }, questions: [{ names, resolve, reject }] });
          setImmediate(ask, key);
        }
      });
    },
  };
}
