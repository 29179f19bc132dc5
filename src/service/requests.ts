import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { LogSink } from '../log/log-sink.js';
import { ProblemError } from './problem/problem-error.js';

/** How long answers that are under way may take when the service closes, in milliseconds. */
const LAST_ANSWERS = 5_000;

/** Node's own, or that of an HTTP server above it. */
export type HttpResponse = ServerResponse & { readonly raw?: ServerResponse };

export const closingProblem = (): ProblemError => new ProblemError(503, 'closing', 'the service is being stopped');
/** Which nobody hears. */
const gone = (): ProblemError => new ProblemError(400, 'bad_request', 'the client went away');

/** The requests that are under way, of Node itself: also those that no route sees. Each is a line in the log at its end. */
@Injectable()
export class Requests implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly open = new Set<ServerResponse>();
  private readonly waiting = new Set<AbortController>();
  private drained = (): void => undefined;
  /** No further request is to be answered. */
  closing = false;

  constructor(private readonly log: LogSink) {}

  begin({ method, url }: IncomingMessage, response: ServerResponse): void {
    const began = performance.now();
    this.open.add(response);
    response.once('close', () => {
      this.open.delete(response);
      if (this.open.size === 0) this.drained();
      // A client that went away got no status.
      const status = response.writableFinished ? response.statusCode : 'aborted';
      const fields = { method, url, status, ms: Math.round(performance.now() - began) };
      this.log.write({ time: new Date(), level: 'debug', message: 'request', fields });
    });
  }

  /** Whether a whole request that came over this connection is being answered, or part of one is answered already. */
  isAnswering(socket: Socket): boolean {
    const mine = [...this.open].filter(response => response.req.socket === socket);
    return mine.some(response => response.headersSent || response.req.complete);
  }

  /** Aborted when the client is gone or has its answer, and when the service closes, with a problem: for what waits long. */
  signalOf(answer: HttpResponse): AbortSignal {
    const response = answer.raw ?? answer;
    const wait = new AbortController();
    this.waiting.add(wait);
    response.once('close', () => {
      this.waiting.delete(wait);
      wait.abort(gone());
    });
    if (response.closed) wait.abort(gone());
    if (this.closing) wait.abort(closingProblem());
    return wait.signal;
  }

  onModuleDestroy(): void {
    this.closing = true;
    for (const wait of this.waiting) wait.abort(closingProblem());
  }

  /** Resolves when all are answered, or after five seconds. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.open.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.drained = resolve;
      timer = setTimeout(resolve, LAST_ANSWERS);
    });
    clearTimeout(timer);
  }
}
