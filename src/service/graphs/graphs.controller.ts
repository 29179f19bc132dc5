import { Body, Controller, Get, HttpStatus, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { GraphParam, PageQuery } from '../../api/fields.js';
import {
  GraphChangePage,
  GraphEntry,
  GraphPage,
  GraphQuery,
  GraphVersion,
  GraphVersionPage,
  User,
} from '../../api/graphs.js';
import { ExplainRun, Explanation } from '../../api/interventions.js';
import { Answers } from '../answers.js';
import { RequestHeader } from '../request-header.js';
import { Graphs } from './graphs.js';

@ApiTags('graphs')
@Controller('api/v1/graphs')
export class GraphsController {
  constructor(
    @Inject(Graphs) private readonly graphs: Graphs,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  @Put(':id')
  @Answers('Registers a graph under its id; a document that is registered already is the same version again.', [
    [200, GraphVersion, 'the name points to this version, as before or now'],
    [201, GraphVersion, 'the same, and the graph is new'],
  ])
  @ApiBody({ schema: { $ref: '#/components/schemas/GraphDocument' } })
  @ApiConsumes('application/json', 'application/yaml')
  async put(
    @Param('id', { schema: GraphParam }) id: string,
    @Body() body: unknown,
    @RequestHeader('Espalier-User', User) user: string,
    @Res({ passthrough: true }) response: unknown,
  ) {
    const { entry, change } = await this.graphs.put(id, body, user);
    if (change === 'created') this.host.httpAdapter.status(response, HttpStatus.CREATED);
    return entry;
  }

  @Get()
  @Answers('The current versions of all graphs, by id.', [[200, GraphPage, 'a page of them']])
  list(@Query({ schema: PageQuery }) query: PageQuery) {
    return this.graphs.list(query);
  }

  @Get(':id')
  @Answers('A version of a graph, with its document.', [[200, GraphEntry, 'the version']])
  get(
    @Param('id', { schema: GraphParam }) id: string,
    @Query({ schema: GraphQuery }) { hash }: z.output<typeof GraphQuery>,
  ) {
    return this.graphs.get(id, hash);
  }

  @Get(':id/versions')
  @Answers('Every version that was registered, the latest first.', [[200, GraphVersionPage, 'a page of them']])
  versions(@Param('id', { schema: GraphParam }) id: string, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.graphs.versions(id, query);
  }

  @Get(':id/changes')
  @Answers('Who made the name point to which version and when, the latest first.', [
    [200, GraphChangePage, 'a page of changes'],
  ])
  changes(@Param('id', { schema: GraphParam }) id: string, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.graphs.changes(id, query);
  }

  @Post(':id/explain')
  @Answers('What a run would do with these inputs and interventions. Nothing is started or stored.', [
    [200, Explanation, 'each node, and why it would run or not'],
  ])
  explain(
    @Param('id', { schema: GraphParam }) id: string,
    @Body({ schema: ExplainRun }) asked: z.output<typeof ExplainRun>,
  ) {
    return this.graphs.explain(id, asked);
  }
}
