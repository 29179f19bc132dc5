import { finished } from 'node:stream/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ACTIVE, type Tracing } from '../tracing/tracing.js';

/** What is asked every few seconds is worth no span. */
const TRACED = '/api/';

/**
 * Gives each request of the API a span, below the one that its `traceparent` names, until it is answered. Of Fastify:
 * begun when the body has been read, whose events know nothing of what was active before.
 */
export function useHttpTracing(app: NestFastifyApplication, tracing: Tracing): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preHandler', (request, reply, done) => {
    const { method, routeOptions, headers } = request;
    const { url: route = '' } = routeOptions;
    if (!route.startsWith(TRACED)) return done();
    const attributes = { 'http.request.method': method, 'http.route': route };
    const { traceparent } = headers;
    const parent = typeof traceparent === 'string' ? traceparent : ACTIVE;
    void tracing.inSpan({ name: `${method} ${route}`, kind: 'server', attributes, parent }, async span => {
      done();
      // A client that goes away ends it, too.
      await finished(reply.raw).catch(() => {});
      const { statusCode } = reply;
      span.note({ 'http.response.status_code': statusCode });
      if (statusCode >= 500) span.fail(`${statusCode}`, '');
    });
  });
}
