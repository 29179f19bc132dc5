import type { Context } from '@temporalio/activity';

/** How long a step that was told of the worker's end may take to hear it, in milliseconds. */
const HEED = 2000;

/**
 * `happened` rejects when the worker has drained long enough and the step does not listen to its signal: the attempt must
 * be given back before the process ends, or it would be lost until it times out.
 */
export function workerStops(context: Context): { readonly happened: Promise<never>; forget(): void } {
  const { cancellationSignal: signal } = context;
  let timer: NodeJS.Timeout | undefined;
  let listen = (): void => {};
  const happened = new Promise<never>((_, reject) => {
    listen = () => {
      if (!context.cancellationDetails?.workerShutdown) return;
      timer = setTimeout(() => reject(new Error('the step goes on after the worker stopped')), HEED);
    };
  });
  signal.addEventListener('abort', listen, { once: true });
  return {
    happened,
    forget() {
      signal.removeEventListener('abort', listen);
      clearTimeout(timer);
    },
  };
}
