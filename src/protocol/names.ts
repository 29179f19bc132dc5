/** Wire names. They never change: running workflows and recorded histories know them. */

/** Signals and updates of a run: accepted both ways. */
export const PAUSE = 'pause';
export const RESUME = 'resume';
export const CANCEL = 'cancel';
export const INTERVENE = 'intervene';
export const WITHDRAW = 'withdraw';
export const BREAKPOINTS = 'breakpoints';
export const CONTINUE = 'continue';
/** Of a runner's run. */
export const FEED = 'feed';
export const STOP = 'stop';

/** Update of a run from the activity of a stream: a batch of items (`YieldedCall`), answered by a `YieldedAnswer`. */
export const YIELDED = 'espalier.yielded';

/** Type of the failure with which a link refuses an update since it has taken so many: a signal is taken always. */
export const TOO_MANY_UPDATES = 'too_many_updates';

/** Activity types of our own. A step's activity type is its id; these can't be ids of steps. */
export const GATHER = 'espalier.gather';
export const SLICE = 'espalier.slice';
export const RESOLVE = 'espalier.resolve';
export const MERGE = 'espalier.merge';
export const LOOK_UP = 'espalier.lookup';
export const KEEP = 'espalier.keep';
export const CHECKPOINT = 'espalier.checkpoint';
export const HOOK = 'espalier.hook';

/** Search attributes. `EspalierStatus` is set only where Temporal's own status does not say it: paused, and marks. */
export const STATUS_ATTRIBUTE = 'EspalierStatus';
/** Set at the end of a run that was overridden, whatever its status. */
export const OVERRIDDEN_ATTRIBUTE = 'EspalierOverridden';
/** The runner that a run belongs to, if it does to one. */
export const RUNNER_ATTRIBUTE = 'EspalierRunner';
export const SEARCH_ATTRIBUTES = {
  [STATUS_ATTRIBUTE]: 'Keyword',
  [OVERRIDDEN_ATTRIBUTE]: 'Bool',
  [RUNNER_ATTRIBUTE]: 'Keyword',
} as const;
/** Memo key of `StartMemo`. */
export const START_MEMO = 'espalier';

/** The task queue of the worker that a command brings along for its run: when it has ended nobody takes work from there. */
export const ownQueue = (taskQueue: string, digest: string): string => `${taskQueue}.run-${digest.slice(0, 8)}`;
export const isOwnQueue = (taskQueue: string): boolean => /\.run-[0-9a-f]{8}$/.test(taskQueue);
