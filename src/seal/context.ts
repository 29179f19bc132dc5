/**
 * The context of a run: what its steps need and nobody may record, such as the keys of services. The client seals it, for
 * this one run; as ciphertext it travels, to the steps that take some; only their activities open it.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { canonicalJson } from '../value/canonical.js';
import { EspalierError } from '../value/espalier-error.js';
import { openBytes, sealBytes } from './box.js';
import { keyId, keyWithId, type Keys } from './keys.js';
import type { RunContext } from './run-context.js';

/** What a context is sealed for: nothing else opens it. */
export interface ContextOf {
  readonly tenant: string;
  readonly graph: string;
  readonly runId: string;
}

const FORM = 'c1';

/** Text without a trace of what is in it but its length. */
export async function sealContext(context: RunContext, keys: Keys, run: ContextOf): Promise<string> {
  const key = await keys.of(run.tenant);
  const sealed = sealBytes(key, Buffer.from(JSON.stringify(context)), boundTo(run));
  return [FORM, keyId(key), sealed.toString('base64url')].join('.');
}

/** Throws `context_not_opened`: another key, another run, or damaged. */
export async function openContext(sealed: string, keys: Keys, run: ContextOf): Promise<RunContext> {
  const [form, id = '', text = ''] = sealed.split('.');
  try {
    if (form !== FORM) throw new EspalierError('not_opened', `it is of a form that is not known here: ${form}`);
    const key = await keyWithId(keys, run.tenant, id);
    return JSON.parse(openBytes(key, Buffer.from(text, 'base64url'), boundTo(run)).toString()) as RunContext;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EspalierError('context_not_opened', `the context of run ${run.runId} can't be opened: ${why}`, { cause });
  }
}

/** The same for the same context of the same run while the key is the same, and for nobody else to compute. */
export async function contextDigest(context: RunContext, keys: Keys, run: ContextOf): Promise<string> {
  const key = hkdfSync('sha256', await keys.of(run.tenant), '', 'espalier context digest', 32);
  return createHmac('sha256', Buffer.from(key)).update(boundTo(run)).update(canonicalJson(context)).digest('hex');
}

const boundTo = ({ tenant, graph, runId }: ContextOf): string => JSON.stringify(['context', tenant, graph, runId]);
