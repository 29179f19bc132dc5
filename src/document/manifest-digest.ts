import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import { sha256 } from '../value/sha256.js';
import type { Manifest } from './document.js';

/**
 * What tells one contract of a step from another: the first 16 hex of the SHA-256 of its ports, yields, cursor, options, context,
 * purity and version. Titles and policies are not in it: they change nothing about what the code must do.
 */
export function manifestDigest(manifest: Manifest): string {
  const { in: inputs = {}, out = {}, options = {}, pure = false, version, cursor } = manifest;
  const { context = {}, yields = {} } = manifest;
  const more = {
    ...(Object.keys(context).length > 0 && { context }),
    ...(Object.keys(yields).length > 0 && { yields }),
    ...(cursor !== undefined && { cursor }),
    ...(version !== undefined && { version }),
  };
  // A manifest comes from JSON or from zod's JSON Schema; its type is wider (optional fields) than Json can say.
  const told = { in: inputs, out, options, pure, ...more } as unknown as Json;
  return sha256(canonicalJson(told)).slice(0, 16);
}
