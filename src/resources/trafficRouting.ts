/** The pace at which production traffic moves (semantics 2.3). */
export type TrafficRouting =
  | { type: "AllAtOnce" }
  /** `percentage` (1 to 99) at once, the rest after `intervalMs`. */
  | { type: "TimeBasedCanary"; percentage: number; intervalMs: number }
  /** `percentage` more every `intervalMs`, the first at once. */
  | { type: "TimeBasedLinear"; percentage: number; intervalMs: number };
