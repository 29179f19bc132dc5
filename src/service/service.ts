// oxlint-disable-next-line import/no-unassigned-import -- it is there for what decorators do with it
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openTracing, type TracingOption } from '../tracing/tracing.js';
import { useBodyParsers } from './body-parsers.js';
import { createHttpAdapter } from './http-adapter.js';
import { useHttpTracing } from './http-tracing.js';
import { useHttpMetrics } from './metrics/http-metrics.js';
import { NestLog } from './nest-log.js';
import { ServiceModule, type ServiceParts } from './service-module.js';
import { useOpenApi } from './open-api.js';
import { Requests } from './requests.js';

export interface ServiceOptions extends ServiceParts {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of the Temporal UI, whose page may then use the codec; else no page of another site may have anything sent. */
  readonly uiOrigin?: string;
  /** Whether requests have spans of OpenTelemetry, and with which provider. Default: no. */
  readonly tracing?: TracingOption;
}

export interface Service {
  /** Without a slash at its end. */
  readonly url: string;
  /** Takes no more requests, ends its streams, and waits for the answers that are under way. */
  close(): Promise<void>;
}

/** The service, listening. Temporal need not be there yet. */
export async function startService({ host, port, uiOrigin, tracing, ...parts }: ServiceOptions): Promise<Service> {
  const spans = await openTracing(tracing);
  const requests = new Requests(parts.log);
  const adapter = createHttpAdapter(requests, uiOrigin);
  const app = await NestFactory.create<NestFastifyApplication>(ServiceModule.of(parts, requests), adapter, {
    forceCloseConnections: true,
    bodyParser: false,
    logger: new NestLog(parts.log),
    abortOnError: false,
  });
  useBodyParsers(app);
  useHttpMetrics(app);
  if (spans) useHttpTracing(app, spans);
  useOpenApi(app);
  await app.listen(port, host);
  return { url: await app.getUrl(), close: () => app.close() };
}
