/** Wire names. They never change: running workflows and recorded histories know them. */

/** Signals and updates of a run: accepted both ways. */
export const PAUSE = 'pause';
export const RESUME = 'resume';
export const CANCEL = 'cancel';
export const INTERVENE = 'intervene';
export const WITHDRAW = 'withdraw';
export const BREAKPOINTS = 'breakpoints';
export const CONTINUE = 'continue';

/** Type of the failure with which a link refuses an update since it has taken so many: a signal is taken always. */
export const TOO_MANY_UPDATES = 'too_many_updates';

/** Activity types of our own. A step's activity type is its id; these can't be ids of steps. */
export const GATHER = 'espalier.gather';
export const RESOLVE = 'espalier.resolve';
export const MERGE = 'espalier.merge';

/** Search attributes. `EspalierStatus` is set only where Temporal's own status does not say it: paused, and marks. */
export const STATUS_ATTRIBUTE = 'EspalierStatus';
/** Set at the end of a run that was overridden, whatever its status. */
export const OVERRIDDEN_ATTRIBUTE = 'EspalierOverridden';
export const SEARCH_ATTRIBUTES = { [STATUS_ATTRIBUTE]: 'Keyword', [OVERRIDDEN_ATTRIBUTE]: 'Bool' } as const;
/** Memo key of `StartMemo`. */
export const START_MEMO = 'espalier';
