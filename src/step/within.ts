import { EspalierError } from '../value/espalier-error.js';

/** The longest `setTimeout` waits; beyond, Node fires at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * What `work` comes to. Rejects with `timeout` when `ms` are over, and with the reason of `outer` when that aborts, whether
 * or not `work` heeds the signal it is given.
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const timer = setTimeout(
    () => own.abort(new EspalierError('timeout', `the call took longer than ${ms} ms`)),
    Math.min(ms, LONGEST),
  );
  const signal = AbortSignal.any([outer, own.signal]);
  try {
    signal.throwIfAborted();
    const over = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return await Promise.race([work(signal), over]);
  } finally {
    clearTimeout(timer);
  }
}
