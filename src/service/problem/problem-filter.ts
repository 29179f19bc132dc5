import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PROBLEM_MEDIA_TYPE, PROBLEM_TYPE, type Problem } from '../../api/problem.js';
import { LOG_SINK } from '../tokens.js';
import type { LogSink } from '../../log/log-sink.js';
import { Metrics } from '../metrics/metrics.js';
import { problemOf } from './problem-of.js';

/** Seconds after which a client may try again what is out of order now. */
const RETRY_AFTER = '2';

/** Answers with a problem, whatever was thrown. What is our fault is in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(LOG_SINK) private readonly log: LogSink,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const http = context.switchToHttp();
    const problem = problemOf(error);
    if (problem.status >= 500) this.note(error, problem, http.getRequest<{ url?: string }>().url);
    const response: unknown = http.getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    httpAdapter.setHeader(response, 'Content-Type', PROBLEM_MEDIA_TYPE);
    if (problem.status === 503) httpAdapter.setHeader(response, 'Retry-After', RETRY_AFTER);
    httpAdapter.reply(response, problem, problem.status);
  }

  private note(error: unknown, { status, type }: Problem, url = ''): void {
    this.metrics.faults.inc({ code: type.slice(PROBLEM_TYPE.length) });
    const level = status === 503 ? 'warn' : 'error';
    const message = error instanceof Error ? error.message : String(error);
    this.log.write({ time: new Date(), level, message, fields: { url, status, error } });
  }
}
