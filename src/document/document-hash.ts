import { digestOf } from '../value/digest.js';
import type { Json } from '../value/json.js';
import type { Document } from './document.js';

/** What a version of a graph is called by: the digest of its document, whatever the order of its keys. */
export const documentHash = (document: Document): string =>
  // A document is JSON; only its type has no index signature.
  digestOf(document as unknown as Json);
