import { EXIT } from './exit-codes.js';

/** What comes sooner after the first signal is its echo: npm hands on to us what the terminal has sent us already. */
const ECHO_MS = 500;

/**
 * From now on Ctrl-C (and SIGTERM) aborts the signal that is returned instead of ending the process; the second time it
 * ends the process at once. What a server of our own needs for that, its keeper sees to.
 */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const hear = (): void => {
    if (!controller.signal.aborted) {
      first = Date.now();
      controller.abort();
    } else if (Date.now() - first > ECHO_MS) {
      process.exit(EXIT.interrupted);
    }
  };
  process.on('SIGINT', hear);
  process.on('SIGTERM', hear);
  return controller.signal;
}

/** Resolves when it is aborted; never otherwise. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
