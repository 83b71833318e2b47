/** What an engine of one compute platform adds to the course that every deployment takes. */
import type { DeploymentEvent, Step } from "./deployment.ts";
import type { Interruption } from "./interruption.ts";
import { InvariantError } from "./invariants.ts";
import type { Work } from "./plan.ts";
import type { CommonStage, Context, HookedEvent, NextMove, Stage } from "./stage.ts";

/** What was kept is of another program, or damaged. */
export const unknownStage = ({ phase }: { phase: unknown }) =>
  new InvariantError(`no engine here knows the stage ${phase}`);

/** The stages that only one platform has. */
export type OwnStage<Of extends Stage> = Exclude<Of, { phase: CommonStage["phase"] }>;

export interface Platform<Of extends Work = Work, In extends Stage = Stage, Move extends NextMove = NextMove> {
  /** What it ends a deployment with that its AppSpec is wrong, in the real service's words. */
  unusableAppSpec(problem: string): Interruption;
  /** The AppSpec can be used: takes a first look at what is there, or does what needs none. */
  begin(context: Context<Of>): Step;
  /** What comes first when nothing forbids it: its checks and its alarms are behind the deployment. */
  first: Move;
  /** What the event means to a stage of this platform alone, now that it is known to end nothing. */
  advance(context: Context<Of>, stage: OwnStage<In>, event: DeploymentEvent): Step;
  /** Takes a step forward. */
  take(context: Context<Of>, next: Move): Step;
  /** What follows a lifecycle event whose function has succeeded, or that has none. */
  afterHook(context: Context<Of>, lifecycleEvent: HookedEvent): Step;
  /** The step to be taken when a paused deployment is resumed, if its present wait stands still meanwhile. */
  atResume(context: Context<Of>): Move | null;
  /** Ends the present wait, as a person asks who may. */
  endWait(context: Context<Of>): Step;
}
