import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** By path: the title of a page, and where it leads. */
const PAGES: Readonly<Record<string, readonly [title: string, ...links: readonly string[]]>> = {
  '/': ['The tea house', '/green', '/black', '/white', '/tools', '/visit'],
  '/green': ['Green tea', '/green/sencha', '/green/matcha', '/water'],
  '/green/sencha': ['Sencha, a green tea', '/green', '/tools/pot'],
  '/green/matcha': ['Matcha, a powder', '/green', '/tools/whisk'],
  '/black': ['Black tea', '/black/assam', '/black/darjeeling', '/milk'],
  '/black/assam': ['Assam, strong and black', '/black', '/milk'],
  '/black/darjeeling': ['Darjeeling, light and black', '/black', '/water'],
  '/tools': ['Tools of the house', '/tools/pot', '/tools/whisk', '/tools/scales'],
  '/tools/pot': ['A pot', '/tools', '/water'],
  '/tools/whisk': ['A whisk for matcha', '/tools', '/green/matcha'],
  '/tools/scales': ['Scales', '/tools', 'https://example.com/scales'],
  '/water': ['Water for tea', '/tools/pot'],
  '/milk': ['Milk', '/black'],
  '/visit': ['Visit the house', '/', '/visit/hours'],
  '/visit/hours': ['Hours', '/visit'],
};

/** What the sitemap names. `/white` has been sold out, and its page is gone. */
const PATHS: readonly string[] = [...Object.keys(PAGES), '/white'].sort();
const PER_PART = 5;

/** Called before a path is answered, and awaited; `open` is how many pages are being asked for, this one included. */
export type Before = (path: string, open: number) => Promise<void>;

export interface Site {
  /** `http://127.0.0.1:4080` */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves a small site on loopback: HTML pages, and a sitemap in parts (`/sitemap/0`, …) of JSON: `{ paths, next? }`. Port 0 is
 * any that is free. Rejects if the port is taken.
 */
export async function serveSite(port: number, before: Before = slowly): Promise<Site> {
  let open = 0;
  const server = createServer((request, response) => void answer(request.url ?? '/', response));
  async function answer(path: string, response: ServerResponse): Promise<void> {
    const weight = partOf(path) ? 0 : 1;
    open += weight;
    await before(path, open);
    open -= weight;
    write(path, response);
  }
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // It listens on TCP.
  const { port: taken } = server.address() as AddressInfo;
  async function stop(): Promise<void> {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
  return { url: `http://127.0.0.1:${taken}`, stop };
}

/** Slow enough to see that pages are fetched before the sitemap has been read. */
export async function slowly(path: string): Promise<void> {
  await wait(partOf(path) ? 300 : 200);
}

function write(path: string, response: ServerResponse): void {
  const part = partOf(path);
  const page = PAGES[path];
  if (part) response.setHeader('content-type', 'application/json').end(JSON.stringify(part));
  else if (page) response.setHeader('content-type', 'text/html').end(html(...page));
  else response.writeHead(404).end('there is no such page');
}

/** The part of the sitemap at that path, if it is one. */
function partOf(path: string): { readonly paths: readonly string[]; readonly next?: string } | undefined {
  const [, digits] = /^\/sitemap\/(\d+)$/.exec(path) ?? [];
  if (digits === undefined) return undefined;
  const [from, to] = [Number(digits) * PER_PART, (Number(digits) + 1) * PER_PART];
  return { paths: PATHS.slice(from, to), ...(to < PATHS.length && { next: `/sitemap/${Number(digits) + 1}` }) };
}

function html(title: string, ...links: readonly string[]): string {
  const items = links.map(link => `<li><a href="${link}">${link}</a></li>`);
  return `<!doctype html><title>${title}</title><h1>${title}</h1><ul>${items.join('')}</ul>`;
}
