/** Problems of what is refused before Nest has seen it: by the parser of HTTP, by the router, and on the way to a route. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_MEDIA_TYPE, type Problem } from '../../api/problem.js';
import { httpProblem } from './problem-of.js';

/**
 * Bytes that are no request, or not all of one in time. The connection ends with it. `answering`: a request before is still
 * being answered on it, and two answers would be mixed up.
 */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Socket, answering: boolean): void {
  if (error.code === 'ECONNRESET' || !socket.writable || answering) {
    socket.destroySoon();
    return;
  }
  const problem = problemOfBytes(error.code);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function problemOfBytes(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return httpProblem(431, 'expected at most 16 KiB of headers');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return httpProblem(413, 'expected shorter chunk extensions');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return httpProblem(408, 'the request did not arrive in time');
    default:
      return httpProblem(400, 'expected a request of HTTP/1.1');
  }
}

/** `headers` besides those of a problem. A connection on which more may come is closed. */
export function refuse(
  response: ServerResponse,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(problem);
  const length = String(Buffer.byteLength(body));
  response.writeHead(problem.status, { 'Content-Type': PROBLEM_MEDIA_TYPE, 'Content-Length': length, ...headers });
  response.end(body);
}
