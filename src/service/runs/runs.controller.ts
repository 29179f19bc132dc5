import { Body, Controller, Get, HttpStatus, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { RunParam } from '../../api/fields.js';
import { Breakpoints, ContinueRun } from '../../api/interventions.js';
import {
  CancelRun,
  ForkedRun,
  ForkRun,
  IdempotencyKey,
  ResultQuery,
  RunPage,
  RunQuery,
  RunResult,
  StartedRun,
  StartRun,
} from '../../api/runs.js';
import { RunDiff } from '../../api/diff.js';
import { RunView } from '../../api/views.js';
import { Answers, type Answer } from '../answers.js';
import { RequestHeader } from '../request-header.js';
import { Requests, type HttpResponse } from '../requests.js';
import { runPath } from './run-path.js';
import { Runs } from './runs.js';

const ASKED: readonly [Answer] = [[204, undefined, 'the run has been asked']];

@ApiTags('runs')
@Controller('api/v1/runs')
export class RunsController {
  constructor(
    @Inject(Runs) private readonly runs: Runs,
    @Inject(Requests) private readonly requests: Requests,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Post()
  @Answers('Starts a run of a registered graph.', [
    [202, StartedRun, 'the run is kept, whatever happens now', { Location: 'where the run is seen' }],
  ])
  async start(
    @Body({ schema: StartRun }) body: z.output<typeof StartRun>,
    @RequestHeader('Idempotency-Key', IdempotencyKey) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StartedRun> {
    const started = await this.runs.start(body, idempotencyKey);
    this.host.httpAdapter.setHeader(response, 'Location', runPath(started.id));
    return started;
  }

  @Get()
  @Answers('Runs, the latest first.', [[200, RunPage, 'a page of them']])
  list(@Query({ schema: RunQuery }) query: RunQuery) {
    return this.runs.list(query);
  }

  @Get(':id')
  @Answers('What the run looks like now.', [[200, RunView, 'the run and its nodes']])
  view(@Param('id', { schema: RunParam }) id: string) {
    return this.runs.view(id);
  }

  @Get(':id/result')
  @Answers('The outputs of a run.', [
    [200, RunResult, 'it has ended, however it did: see `status`'],
    [202, RunResult, 'it had not ended after `wait`'],
  ])
  async result(
    @Param('id', { schema: RunParam }) id: string,
    @Query({ schema: ResultQuery }) { wait }: z.output<typeof ResultQuery>,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<RunResult> {
    const signal = this.requests.signalOf(response);
    const { ended, result } = await this.runs.result(id, { wait, signal });
    if (!ended) this.host.httpAdapter.status(response, HttpStatus.ACCEPTED);
    return result;
  }

  @Post(':id/pause')
  @Answers('Starts nothing new until `resume`; what runs goes on.', ASKED)
  async pause(@Param('id', { schema: RunParam }) id: string): Promise<void> {
    const run = await this.runs.find(id);
    await run.pause();
  }

  @Post(':id/resume')
  @Answers('Lets a paused run go on.', ASKED)
  async resume(@Param('id', { schema: RunParam }) id: string): Promise<void> {
    const run = await this.runs.find(id);
    await run.resume();
  }

  @Post(':id/continue')
  @Answers('Goes on past the breakpoint that holds at an address, or past all of them.', ASKED)
  @ApiBody({ required: false })
  async continue(
    @Param('id', { schema: RunParam }) id: string,
    @Body({ schema: ContinueRun.optional() }) body: z.output<typeof ContinueRun> | undefined,
  ): Promise<void> {
    const run = await this.runs.find(id);
    await run.continue(body?.at);
  }

  @Put(':id/breakpoints')
  @Answers('From now on the run holds at these, and at no others.', ASKED)
  async setBreakpoints(
    @Param('id', { schema: RunParam }) id: string,
    @Body({ schema: Breakpoints }) breakpoints: z.output<typeof Breakpoints>,
  ): Promise<void> {
    const run = await this.runs.find(id);
    await run.setBreakpoints(breakpoints);
  }

  @Post(':id/fork')
  @Answers(
    'Starts a run over the record of this one: what follows from what is changed, or did not complete, is executed.',
    [[202, ForkedRun, 'the new run is kept, whatever happens now', { Location: 'where it is seen' }]],
  )
  @ApiBody({ required: false })
  async fork(
    @Param('id', { schema: RunParam }) id: string,
    @Body({ schema: ForkRun.optional() }) body: z.output<typeof ForkRun> | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<ForkedRun> {
    const forked = await this.runs.fork(id, body ?? {});
    this.host.httpAdapter.setHeader(response, 'Location', runPath(forked.id));
    return forked;
  }

  @Get(':id/diff/:other')
  @Answers('What differs in the other run, held against this one.', [[200, RunDiff, 'the earliest ports, and why']])
  diff(@Param('id', { schema: RunParam }) id: string, @Param('other', { schema: RunParam }) other: string) {
    return this.runs.diff(id, other);
  }

  @Post(':id/cancel')
  @Answers('Cancels what runs, waits for it up to the grace, ends as cancelled.', ASKED)
  @ApiBody({ required: false })
  async cancel(
    @Param('id', { schema: RunParam }) id: string,
    @Body({ schema: CancelRun.optional() }) body: z.output<typeof CancelRun> | undefined,
  ): Promise<void> {
    const run = await this.runs.find(id);
    await run.cancel(body?.reason);
  }
}
