/** What happened in a listener, counted until it is told: metrics by the request would cost more than the requests. */
import { type Clock, type Instant, wallClock } from "../../../clock.ts";
import { metricName, scopeOf } from "../arns.ts";

/** The requests of one load balancer, and of one of its target groups where they were for one. */
export interface RequestFigures {
  accountId: string;
  region: string;
  /** As CloudWatch names it: `app/shop/0123456789abcdef`. */
  loadBalancer: string;
  /** `targetgroup/blue/0123456789abcdef` */
  targetGroup: string | undefined;
  at: Instant;
  requests: number;
  /** How often each hundred was answered by targets, such as `2` for 2xx. */
  targetStatuses: Map<number, number>;
  /** The load balancer's own answers, by status. */
  ownStatuses: Map<number, number>;
  /** Response times in seconds, and how often each came. */
  targetSeconds: Map<number, number>;
}

export interface CountedRequest {
  loadBalancerArn: string;
  targetGroupArn?: string | undefined;
  targetStatus?: number | undefined;
  ownStatus?: number | undefined;
  targetSeconds?: number | undefined;
}

const TELL_AFTER_MS = 250;

export interface FigureCounter {
  count(request: CountedRequest): void;
  /** Tells what has been counted so far. */
  flush(): void;
}

export function figureCounter(clock: Clock, tell: (figures: RequestFigures) => void): FigureCounter {
  let counted = new Map<string, RequestFigures>();
  let release: (() => void) | undefined;
  const flush = () => {
    release?.();
    release = undefined;
    const told = counted;
    counted = new Map();
    for (const figures of told.values()) tell(figures);
  };
  return {
    count(request) {
      const key = `${request.loadBalancerArn} ${request.targetGroupArn}`;
      const figures = counted.get(key) ?? emptyFigures(request, clock.now());
      counted.set(key, figures);
      figures.requests += 1;
      const { targetStatus, ownStatus, targetSeconds } = request;
      if (targetStatus !== undefined) increase(figures.targetStatuses, Math.floor(targetStatus / 100));
      if (ownStatus !== undefined) increase(figures.ownStatuses, ownStatus);
      if (targetSeconds !== undefined) increase(figures.targetSeconds, Number(targetSeconds.toPrecision(2)));
      release ??= wallClock.after(TELL_AFTER_MS, flush);
    },
    flush,
  };
}

function emptyFigures({ loadBalancerArn, targetGroupArn }: CountedRequest, at: Instant): RequestFigures {
  return {
    ...scopeOf(loadBalancerArn),
    loadBalancer: metricName(loadBalancerArn),
    targetGroup: targetGroupArn === undefined ? undefined : metricName(targetGroupArn),
    at,
    requests: 0,
    targetStatuses: new Map(),
    ownStatuses: new Map(),
    targetSeconds: new Map(),
  };
}

const increase = (counts: Map<number, number>, key: number) => void counts.set(key, (counts.get(key) ?? 0) + 1);
