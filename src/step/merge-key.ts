import type { AnyAddr } from '../graph/address.js';
import { addressText } from '../graph/intervention-list.js';
import { digestOf } from '../value/digest.js';

/** What identifies an intervention by what it does: where, of which kind, with which value. */
export interface InterventionIdentity {
  readonly kind: string;
  /** Its text and its typed form are the same. */
  readonly at: string | AnyAddr;
  /** Of its value. */
  readonly digest: string;
}
/** The same for equal interventions, another one for all others: 64 hex. */
export const interventionKey = ({ kind, at, digest }: InterventionIdentity): string =>
  digestOf({ kind, at: addressText(at), digest });

/** What the result of a merge depends on; what it does not use is not there. */
export interface MergeIdentity {
  readonly operate: string;
  readonly version?: string;
  /** Digest of the inner value; null if there is none. */
  readonly inner?: string | null;
  readonly data?: string;
}
/** The same for merges that give the same, another one for all others: 64 hex. */
export const mergeKey = ({ operate, version, inner, data }: MergeIdentity): string =>
  digestOf({
    operate,
    ...(version !== undefined && { version }),
    ...(inner !== undefined && { inner }),
    ...(data !== undefined && { data }),
  });
