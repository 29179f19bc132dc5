import { Body, Controller, Delete, Get, HttpStatus, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { RunParam } from '../../api/fields.js';
import {
  Intervened,
  InterveneQuery,
  Intervention,
  InterventionParam,
  PendingIntervention,
} from '../../api/interventions.js';
import { RunInterventions } from '../../api/views.js';
import { Answers } from '../answers.js';
import { runPath } from '../runs/run-path.js';
import { Interventions } from './interventions.js';

@ApiTags('runs')
@Controller('api/v1/runs')
export class InterventionsController {
  constructor(
    @Inject(Interventions) private readonly interventions: Interventions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Post(':id/interventions')
  @Answers('Changes a run at a port, now.', [
    [200, Intervened, 'what the run decided about it, once'],
    [202, PendingIntervention, 'it is kept, and decided later: see the run', { Location: 'where the run is seen' }],
  ])
  async intervene(
    @Param('id', { schema: RunParam }) runId: string,
    @Query({ schema: InterveneQuery }) { wait }: z.output<typeof InterveneQuery>,
    @Body({ schema: Intervention }) intervention: z.output<typeof Intervention>,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<z.output<typeof Intervened | typeof PendingIntervention>> {
    const { id, outcome, seq } = await this.interventions.intervene(runId, intervention, wait);
    if (outcome !== undefined) return { id, outcome, seq };
    this.host.httpAdapter.status(response, HttpStatus.ACCEPTED);
    this.host.httpAdapter.setHeader(response, 'Location', runPath(runId));
    return { id };
  }

  @Get(':id/interventions')
  @Answers('The interventions of a run, refused ones included.', [[200, RunInterventions, 'all of them']])
  list(@Param('id', { schema: RunParam }) runId: string) {
    return this.interventions.list(runId);
  }

  @Delete(':id/interventions/:iid')
  @Answers('Takes back an intervention that has not been used.', [[204, undefined, 'the run has been asked']])
  withdraw(
    @Param('id', { schema: RunParam }) runId: string,
    @Param('iid', { schema: InterventionParam }) id: string,
  ): Promise<void> {
    return this.interventions.withdraw(runId, id);
  }
}
