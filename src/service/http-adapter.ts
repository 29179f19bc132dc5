/**
 * The HTTP server beneath Nest, and what it says itself: with body-parsers.ts, http-tracing.ts and metrics/http-metrics.ts the
 * only code that knows it is Fastify. Whatever it refuses is a problem, too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { isByForeignName, isFromOtherSite } from './other-sites.js';
import { refuse, refuseBytes } from './problem/raw-problem.js';
import { ProblemError } from './problem/problem-error.js';
import { httpProblem } from './problem/problem-of.js';
import { closingProblem, type Requests } from './requests.js';
import { Routes } from './routes.js';
import { isFromUi, uiHeaders } from './ui-origin.js';

/** A whole request must have come after this time, in milliseconds. */
const REQUEST_LIMIT = 60_000;

interface Raw<T> {
  readonly raw: T;
}

export function createHttpAdapter(requests: Requests, uiOrigin?: string): FastifyAdapter {
  const adapter = new FastifyAdapter({
    clientErrorHandler: (error: Error, socket: Socket) => refuseBytes(error, socket, requests.isAnswering(socket)),
    frameworkErrors: (error: Error, { raw }: Raw<IncomingMessage>, reply: Raw<ServerResponse>) => {
      requests.begin(raw, reply.raw);
      refuse(reply.raw, httpProblem(400, error.message));
    },
    requestTimeout: REQUEST_LIMIT,
    // Said by us, as a problem.
    http: { requireHostHeader: false },
    // Ids are checked by their schemas; an encoded character takes up to twelve.
    routerOptions: { maxParamLength: 16_384 },
  });
  const fastify = adapter.getInstance();
  const routes = new Routes();
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  fastify.addHook('onRequest', (request, reply, done) => {
    requests.begin(request.raw, reply.raw);
    if (requests.closing) reply.header('Connection', 'close');
    const fromUi = isFromUi(request.raw, uiOrigin);
    if (fromUi) reply.headers(uiHeaders(uiOrigin));
    const methods = request.is404 ? routes.methodsOf(request.url) : [];
    if (methods.length > 0) reply.header('Allow', methods.join(', '));
    const problem = refusal(request.raw, { closing: requests.closing, methods, fromUi });
    if (!problem && methods.length > 0) reply.code(204).send();
    else done(problem);
  });
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    requests.begin(request, response);
    refuse(response, httpProblem(417, 'Expect: expected 100-continue'), { Connection: 'close' });
  });
  return adapter;
}

interface Situation {
  readonly closing: boolean;
  /** Those that the path has, if that of the request is none of them. */
  readonly methods: readonly string[];
  readonly fromUi: boolean;
}

/** What is wrong with a request before it is read. */
function refusal(request: IncomingMessage, { closing, methods, fromUi }: Situation): ProblemError | undefined {
  const { method = '', headers, httpVersion } = request;
  if (closing) return closingProblem();
  if (headers.host === undefined && httpVersion === '1.1') return header('Host', 400, 'it, as HTTP/1.1 says');
  if (methods.length > 0 && method !== 'OPTIONS') {
    return new ProblemError(405, 'method_not_allowed', `expected ${methods.join(', ')}, got ${method}`);
  }
  if (isByForeignName(request)) return header('Host', 403, 'localhost or an address of this machine');
  if (!fromUi && isFromOtherSite(request)) {
    return new ProblemError(403, 'cross_site', 'expected no request that a page of another site has a browser send');
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return header('Content-Encoding', 415, 'none');
  return undefined;
}

const HEADER_CODES = { 400: 'invalid_request', 403: 'cross_site', 415: 'unsupported_media_type' } as const;

function header(name: string, status: keyof typeof HEADER_CODES, expected: string): ProblemError {
  const code = HEADER_CODES[status];
  const message = `expected ${expected}`;
  return new ProblemError(status, code, `${name}: ${message}`, [{ path: name, code, message }]);
}
