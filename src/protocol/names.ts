/** Wire names. They never change: running workflows and recorded histories know them. */

/** Signals and updates of a run: accepted both ways. */
export const PAUSE = 'pause';
export const RESUME = 'resume';
export const CANCEL = 'cancel';

/** Activity types of our own. A step's activity type is its id; these can't be ids of steps. */
export const GATHER = 'espalier.gather';

/** Search attributes. `EspalierStatus` is set only where Temporal's own status does not say it: paused, and marks. */
export const STATUS_ATTRIBUTE = 'EspalierStatus';
export const SEARCH_ATTRIBUTES = { [STATUS_ATTRIBUTE]: 'Keyword' } as const;
/** Memo key of `StartMemo`. */
export const START_MEMO = 'espalier';
