import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';

/** The server answers, but not for our namespace. */
export function unknownNamespace(
  namespace: string,
  { address, foundBy }: { readonly address: string; readonly foundBy: string },
  cause: unknown,
): EspalierError {
  const message = `there is no namespace ${quote(namespace)} at ${address} (${foundBy})`;
  return new EspalierError('unknown_namespace', message, { cause });
}
