import { EspalierError } from '../value/espalier-error.js';

/** No Temporal server answers at the address. Code `not_reachable`. */
export class NotReachableError extends EspalierError {
  constructor(
    readonly address: string,
    readonly foundBy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(
      'not_reachable',
      `no Temporal server answers at ${address} (${foundBy}); start one with: espalier dev`,
      options,
    );
  }
}
