import { once } from 'node:events';

/** What the parent gave this process. */
export const settingsOf = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;

/** Says something to the parent and resolves when it wants this process to end, or has died. */
export async function tell(message: object): Promise<void> {
  // Ctrl-C is for the parent, who then leaves us.
  process.on('SIGINT', () => {});
  const left = once(process, 'disconnect');
  process.send?.(message);
  await left;
}
