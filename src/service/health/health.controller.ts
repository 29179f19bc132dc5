import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Health, HEALTH_MEDIA_TYPE } from '../../api/health.js';
import { Answers } from '../answers.js';
import { Readiness } from './readiness.js';

/** Seconds after which it is worth asking again. */
const RETRY_AFTER = '2';

@ApiTags('operations')
@ApiProduces(HEALTH_MEDIA_TYPE)
@Controller()
export class HealthController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** Nothing else is asked: a restart, which is what a probe of this kind leads to, would mend nothing else. */
  @Get('healthz')
  @Answers('Whether the process serves.', [[200, Health, 'it does']])
  live(@Res({ passthrough: true }) response: unknown): Health {
    this.tell(response);
    return { status: 'pass' };
  }

  @Get('readyz')
  @Answers('Whether requests can be served: Temporal and the database answer; that no worker polls is a warning.', [
    [200, Health, 'pass or warn'],
    [503, Health, 'fail: `output` of a check says what is wrong, and how to mend it'],
  ])
  async ready(@Res({ passthrough: true }) response: unknown): Promise<Health> {
    const health = await this.readiness.now();
    this.tell(response);
    if (health.status === 'fail') {
      this.host.httpAdapter.status(response, HttpStatus.SERVICE_UNAVAILABLE);
      this.host.httpAdapter.setHeader(response, 'Retry-After', RETRY_AFTER);
    }
    return health;
  }

  private tell(response: unknown): void {
    this.host.httpAdapter.setHeader(response, 'Content-Type', HEALTH_MEDIA_TYPE);
    this.host.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }
}
