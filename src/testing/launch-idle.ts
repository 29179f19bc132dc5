import type { LaunchWorker } from '../nest/launch-worker.js';

/** In place of a worker: takes no work until it is stopped. */
export const launchIdle: LaunchWorker = async () => {
  let stop = (): void => {};
  const stopped = new Promise<void>(resolve => (stop = resolve));
  return { run: () => stopped, shutdown: () => stop() };
};
