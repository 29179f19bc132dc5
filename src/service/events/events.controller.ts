import { Controller, Get, HttpStatus, Inject, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { EventQuery, Frame, LastEventId } from '../../api/events.js';
import { RunParam } from '../../api/fields.js';
import { Answers } from '../answers.js';
import { ProblemError } from '../problem/problem-error.js';
import { RequestHeader } from '../request-header.js';
import { EventStreams } from './event-streams.js';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would keep events back otherwise.
  'X-Accel-Buffering': 'no',
};

@ApiTags('runs')
@Controller('api/v1/runs')
export class EventsController {
  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** To who has the last frame 204 says that there is nothing to wait for: an `EventSource` then stops asking. */
  @Get(':id/events')
  @ApiProduces('text/event-stream')
  @Answers('The frames of a run as they come, until it has ended.', [
    [200, Frame, 'events: `id` (of those that can be gone on from), `event` (the kind), `data` (the frame as JSON)'],
    [204, undefined, 'the run has ended, and the client has its last frame'],
  ])
  async watch(
    @Param('id', { schema: RunParam }) id: string,
    @Query({ schema: EventQuery }) query: z.output<typeof EventQuery>,
    @RequestHeader('Last-Event-ID', LastEventId) lastEventId: string | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StreamableFile | undefined> {
    const stream = await this.streams.open(id, fromOf(query.from, lastEventId));
    const { httpAdapter } = this.host;
    if (stream) for (const [name, value] of Object.entries(HEADERS)) httpAdapter.setHeader(response, name, value);
    else httpAdapter.status(response, HttpStatus.NO_CONTENT);
    return stream && new StreamableFile(stream);
  }
}

function fromOf(query: string | undefined, header: string | undefined): string | undefined {
  if (query === undefined || header === undefined || query === header) return query ?? header;
  const message = `expected the same id as in Last-Event-ID (${header}), got ${query}`;
  throw new ProblemError(400, 'invalid_request', message, [{ path: 'from', code: 'invalid_request', message }]);
}
