import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface S3Server {
  /** A target below which nothing was yet, in its one bucket. */
  readonly target: (prefix: string) => string;
  /** Where the object with this key lies as a file; before that, in a folder of drafts, its parts. */
  readonly fileOf: (key: string) => string;
  readonly uploads: string;
  readonly stop: () => Promise<void>;
}

/** What the AWS SDK finds in the environment when it looks for credentials; the server knows these. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/** A real S3 server on a free port of loopback, with a folder of its own; `stop` removes both. */
export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'espalier-s3-'));
  const script = fileURLToPath(new URL('s3-child.ts', import.meta.url));
  // Its tokens for the next page of a listing are encrypted by DES.
  const child = spawn(process.execPath, ['--openssl-legacy-provider', '--import', 'tsx', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = once(child, 'close');
  const port = await Promise.race([once(createInterface(child.stdout), 'line'), end]);
  const endpoint = `http://127.0.0.1:${String(port[0])}`;
  return {
    target: prefix => `s3://bucket/${prefix}?endpoint=${endpoint}&region=us-east-1&pathStyle=true`,
    fileOf: key => join(directory, 'bucket', `${key}._S3rver_object`),
    uploads: join(directory, 'bucket', '._S3rver_uploads'),
    stop: async () => {
      child.kill('SIGKILL');
      await end;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
