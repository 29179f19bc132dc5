/**
 * Nobody is asked who they are, and browsers reach what listens on their machine: a page anywhere could read runs and cancel
 * them. Programs send none of what gives such a page away.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Methods that change nothing: browsers let every page ask with them, and show it no answer. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a page of another site has a browser send this. */
export const isFromOtherSite = ({ method = '', headers }: IncomingMessage): boolean =>
  !SAFE.has(method) && isForeign(headers);

function isForeign({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}

/**
 * Whether this machine is meant by a name of somebody else's, who has made it lead here (DNS rebinding): to a browser their
 * page is then ours. Where the service can be reached from elsewhere its names are not known, and it needs a guard anyway.
 */
export function isByForeignName({ headers: { host = '' }, socket }: IncomingMessage): boolean {
  if (!/^(::ffff:)?127\.|^::1$/.test(socket.localAddress ?? '')) return false;
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return !(name === '' || isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost'));
}
