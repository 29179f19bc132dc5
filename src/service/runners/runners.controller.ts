import { Body, Controller, Get, HttpStatus, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  AcceptedInput,
  FeedWorkflow,
  Productions,
  ResultsQuery,
  ResumedWorkflow,
  ResumeWorkflow,
  RunnerParam,
  SavedCursor,
  Snapshots,
  StartedWorkflow,
  StartWorkflow,
  StoppedWorkflow,
  StopWorkflow,
  WorkflowList,
  WorkflowParam,
  WorkflowResults,
  WorkflowView,
} from '../../api/workflows.js';
import { Answers } from '../answers.js';
import { Requests, type HttpResponse } from '../requests.js';
import { Runners } from './runners.js';

@ApiTags('runners')
@Controller('api/v1/runners/:runner/workflows')
export class RunnersController {
  constructor(
    @Inject(Runners) private readonly runners: Runners,
    @Inject(Requests) private readonly requests: Requests,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Post()
  @Answers('Starts a workflow of a registered graph, to be fed inputs.', [
    [201, StartedWorkflow, 'it runs until it is stopped', { Location: 'where the workflow is seen' }],
  ])
  async start(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Body({ schema: StartWorkflow }) body: z.output<typeof StartWorkflow>,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StartedWorkflow> {
    const started = await this.runners.start(name, body);
    const path = `/api/v1/runners/${name}/workflows/${encodeURIComponent(started.id)}`;
    this.host.httpAdapter.setHeader(response, 'Location', path);
    return started;
  }

  @Get()
  @Answers('The workflows of a runner that run.', [[200, WorkflowList, 'their ids']])
  async list(@Param('runner', { schema: RunnerParam }) name: string) {
    const runner = await this.runners.get(name);
    return { workflows: await runner.listWorkflows() };
  }

  @Get(':id')
  @Answers('What a workflow looks like now.', [[200, WorkflowView, 'what it has taken, what is under way or failed']])
  async view(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
  ) {
    const runner = await this.runners.get(name);
    return runner.getWorkflow(id);
  }

  @Post(':id/inputs')
  @Answers('Gives a workflow an input.', [
    [200, AcceptedInput, 'it is kept, under this number'],
    [202, AcceptedInput, 'it is kept; no worker has numbered it yet'],
  ])
  async feed(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
    @Body({ schema: FeedWorkflow }) { input, ...options }: z.output<typeof FeedWorkflow>,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const runner = await this.runners.get(name);
    const accepted = await runner.run(id, input, options);
    if (accepted.pending) this.host.httpAdapter.status(response, HttpStatus.ACCEPTED);
    return accepted;
  }

  @Get(':id/results')
  @Answers('What came of the inputs of a workflow.', [[200, WorkflowResults, 'what there is by now']])
  async results(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
    @Query({ schema: ResultsQuery }) query: z.output<typeof ResultsQuery>,
  ) {
    const runner = await this.runners.get(name);
    return runner.getResults(id, { ...query, failures: true });
  }

  @Get(':id/productions')
  @Answers('Every value that the nodes of a workflow gave.', [[200, Productions, 'what there is by now']])
  async productions(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
  ) {
    const runner = await this.runners.get(name);
    return { productions: await runner.getProductions(id) };
  }

  @Post(':id/checkpoint')
  @Answers('Saves the state of a workflow as it is now.', [[200, SavedCursor, 'what a resume can go on from']])
  async checkpoint(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
  ) {
    const runner = await this.runners.get(name);
    return { cursor: await runner.checkpoint(id) };
  }

  @Get(':id/snapshots')
  @Answers('The saved states of a workflow, the latest first.', [[200, Snapshots, 'all of them']])
  async snapshots(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
  ) {
    const runner = await this.runners.get(name);
    return { snapshots: await runner.listSnapshots(id) };
  }

  @Post(':id/stop')
  @Answers('Stops a workflow: waits for what runs up to the grace, and answers when it has ended.', [
    [200, StoppedWorkflow, 'it has stopped'],
  ])
  @ApiBody({ required: false })
  async stop(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
    @Body({ schema: StopWorkflow.optional() }) body: z.output<typeof StopWorkflow> | undefined,
    @Res({ passthrough: true }) response: HttpResponse,
  ) {
    const runner = await this.runners.get(name);
    return runner.stop(id, { ...body, signal: this.requests.signalOf(response) });
  }

  @Post(':id/resume')
  @Answers('Goes on with a workflow from a saved state.', [[200, ResumedWorkflow, 'it runs']])
  @ApiBody({ required: false })
  async resume(
    @Param('runner', { schema: RunnerParam }) name: string,
    @Param('id', { schema: WorkflowParam }) id: string,
    @Body({ schema: ResumeWorkflow.prefault({}) }) body: z.output<typeof ResumeWorkflow>,
  ): Promise<ResumedWorkflow> {
    return this.runners.resume(name, id, body);
  }
}
