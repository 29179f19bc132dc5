import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Headers, HttpStatus, Inject, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AnyJson, RunParam } from '../../api/fields.js';
import { ValueParam, ValueRef } from '../../api/values.js';
import { Espalier } from '../../client/espalier.js';
import type { BlobRef } from '../../intervention/intervention.js';
import type { LogSink } from '../../log/log-sink.js';
import type { Run } from '../../run/run.js';
import type { BlobReading } from '../../store/blob-store.js';
import { canonicalJson } from '../../value/canonical.js';
import { EspalierError } from '../../value/espalier-error.js';
import { isLeaf } from '../../value/value.js';
import { Answers } from '../answers.js';
import { LOG_SINK } from '../tokens.js';

/** What a digest names never changes. */
const FOR_EVER = 'private, max-age=31536000, immutable';
const ROOM = 262_144;

@ApiTags('runs')
@Controller('api/v1')
export class ValuesController {
  constructor(
    @Inject(Espalier) private readonly espalier: Espalier,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(LOG_SINK) private readonly log: LogSink,
  ) {}

  /**
   * The run must exist, but it is not asked whether the value is one of its own: within a namespace, whoever knows a digest
   * may read what it names.
   */
  @Get('runs/:id/values/:digest')
  @Answers('A value by its digest.', [
    [200, z.unknown(), 'the value'],
    [304, undefined, 'the client has it already'],
  ])
  async read(
    @Param('id', { schema: RunParam }) runId: string,
    @Param('digest', { schema: ValueParam }) digest: string,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StreamableFile | undefined> {
    await this.espalier.find(runId);
    const blob = (await this.espalier.read(digest)) ?? (await inlineValue(this.espalier.run(runId), digest));
    if (!blob)
      throw new EspalierError('not_found', `no value ${digest} is stored, and none stands in the view of the run`);
    const etag = `"${digest}"`;
    if (isKnown(etag, known)) {
      this.host.httpAdapter.status(response, HttpStatus.NOT_MODIFIED);
      this.tag(response, etag);
      return undefined;
    }
    const bytes = this.streamOf(blob, { runId, digest });
    // A value that is damaged from the start is a problem to be told, and not to be kept.
    await once(bytes, 'readable');
    this.tag(response, etag);
    return new StreamableFile(bytes, { type: 'application/json', length: blob.size });
  }

  @Post('values')
  @Answers('Keeps a value, to be named in interventions (`ref`).', [[200, ValueRef, 'what it is named']])
  put(@Body({ schema: AnyJson }) value: z.output<typeof AnyJson>): Promise<BlobRef> {
    return this.espalier.put(value);
  }

  private streamOf(blob: BlobReading, fields: { readonly runId: string; readonly digest: string }): Readable {
    const bytes = Readable.from(blob.bytes, { objectMode: false, highWaterMark: ROOM });
    return bytes.on('error', error => {
      const message = `a value broke off: ${error.message}`;
      this.log.write({ time: new Date(), level: 'error', message, fields: { ...fields, error } });
    });
  }

  private tag(response: unknown, etag: string): void {
    this.host.httpAdapter.setHeader(response, 'ETag', etag);
    this.host.httpAdapter.setHeader(response, 'Cache-Control', FOR_EVER);
  }
}

/** A small value stands in the view itself; whoever knows only its digest gets it all the same. */
async function inlineValue(run: Run<unknown>, digest: string): Promise<BlobReading | undefined> {
  const { nodes, outputs } = await run.view();
  const values = [outputs, ...nodes.map(node => node.outputs ?? {})].flatMap(each => Object.values(each));
  const inline = values.filter(isLeaf).find(leaf => leaf.digest === digest)?.inline;
  if (inline === undefined) return undefined;
  const bytes = Buffer.from(canonicalJson(inline));
  return { size: bytes.length, bytes: Readable.from([bytes]) as AsyncIterable<Uint8Array> };
}

/** `If-None-Match` is a list of tags, or `*` for any. */
const isKnown = (etag: string, known = ''): boolean =>
  known.split(',').some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
