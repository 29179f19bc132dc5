import type { IncomingMessage } from 'node:http';

/** What the page of the Temporal UI may ask, and nothing else. */
const CODEC = /^\/codec\/(?:de|en)code(?:\?|$)/;

export const isFromUi = ({ url = '', headers }: IncomingMessage, uiOrigin: string | undefined): boolean =>
  uiOrigin !== undefined && headers.origin === uiOrigin && CODEC.test(url);

/** What has its browser ask, and show it the answer. */
export const uiHeaders = (uiOrigin: string | undefined): Readonly<Record<string, string>> => ({
  'Access-Control-Allow-Origin': uiOrigin ?? '',
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': 'Content-Type, X-Namespace, Authorization',
  Vary: 'Origin',
});
