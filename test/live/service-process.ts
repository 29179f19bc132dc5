import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestServiceOptions } from '../service/service-harness.js';
import type { Live } from './harness.js';

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./fixtures/service-child.ts', import.meta.url));

/** Starts one on the server, the folder and the queue of `live`, and waits until it listens. */
export async function startServiceProcess(
  live: Pick<Live, 'address' | 'queue' | 'dataDir'>,
  options: Partial<TestServiceOptions> = {},
): Promise<ServiceProcess> {
  const settings = { address: live.address, dataDir: live.dataDir, taskQueue: live.queue, ...options };
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(() => undefined);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const failed = ended.then(() => Promise.reject(new Error(`the service ended: ${log}`)));
  failed.catch(() => undefined);
  const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), failed])) as [string];
  return {
    url,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
