import type { HookEvent } from '../engine/command.js';

/** What a hook hears: of which workflow of which runner, and what. */
export type HookCalled = HookEvent & {
  readonly runner: string;
  /** Its id in the runner. */
  readonly workflow: string;
  /** Of this call alone. */
  readonly idempotencyKey: string;
};

/** Called when something happens to a runner's workflow. What it throws is logged and harms nothing. */
export type Hook = (event: HookCalled) => void | Promise<void>;

/** Hooks by name. */
export type Hooks = Readonly<Record<string, Hook>>;
