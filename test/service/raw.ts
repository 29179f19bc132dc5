/** Requests as bytes, for what no HTTP client would send. */
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection ended without one. */
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  /** As they stand, one after the other: a name may be there twice. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
  /** Half of the body is sent, and then the connection ends. */
  readonly cut?: boolean;
}

/** How long a request that never ends is waited for, in milliseconds. */
const PATIENCE = 5_000;

/** One request on a connection of its own. Characters of headers and path are bytes (Latin-1). */
export function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', path, headers = [], body = '', cut = false } = request;
  const bytes = Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : []),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return sendBytes(port, [head, cut ? bytes.subarray(0, bytes.length / 2) : bytes], cut);
}

/** What comes until the other side ends the connection. */
export function sendBytes(port: number, parts: readonly Buffer[], end = false): Promise<RawAnswer> {
  return new Promise(resolve => {
    const got: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.concat(parts));
      if (end) socket.end();
    });
    const timer = setTimeout(() => socket.destroy(), PATIENCE);
    socket.on('data', chunk => got.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answerOf(Buffer.concat(got).toString('latin1')));
    });
  });
}

function answerOf(given: string): RawAnswer {
  const text = given.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(0, end)).split('\r\n');
  const headers = lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.replace(/^[^:]*: */, '')]);
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: Buffer.from(text.slice(end + 4), 'latin1').toString(),
  };
}
