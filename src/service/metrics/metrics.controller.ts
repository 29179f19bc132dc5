import { Controller, Get, Inject, Optional, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { LogSink } from '../../log/log-sink.js';
import { Answers } from '../answers.js';
import { LOG_SINK, SDK_METRICS } from '../tokens.js';
import { Metrics } from './metrics.js';
import type { MetricsSource } from './sdk-metrics.js';

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(LOG_SINK) private readonly log: LogSink,
    @Optional() @Inject(SDK_METRICS) private readonly sdk: MetricsSource | undefined,
  ) {}

  @Get()
  @ApiProduces('text/plain')
  @Answers('What the service counts, and a worker in the same process.', [[200, z.string(), 'for Prometheus']])
  async read(@Res({ passthrough: true }) response: unknown): Promise<string> {
    const { registry } = this.metrics;
    this.host.httpAdapter.setHeader(response, 'Content-Type', registry.contentType);
    const [own, others] = await Promise.all([registry.metrics(), this.ofSdk()]);
    return own.trimEnd() + '\n' + others;
  }

  /** The worker's metrics are a guest here: what goes wrong with them is no reason to tell nothing. */
  private async ofSdk(): Promise<string> {
    try {
      return (await this.sdk?.()) ?? '';
    } catch (error) {
      const message = "the worker's metrics can't be read";
      this.log.write({ time: new Date(), level: 'warn', message, fields: { error } });
      return '';
    }
  }
}
