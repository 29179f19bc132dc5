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
import { Answers } from '../answers.js';
import { LOG_SINK } from '../tokens.js';
import { rangeOf } from './byte-range.js';
import { findValue } from './find-value.js';

/** What a digest names never changes. */
const FOR_EVER = 'private, max-age=31536000, immutable';
const ROOM = 262_144;
/** Steps make values of what strangers gave them: a browser is neither to guess what they are, nor to run what is in them. */
const UNTRUSTED = { 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "sandbox; default-src 'none'" };

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
  @Answers('A value by its digest: JSON, or text and bytes as what they are.', [
    [200, z.unknown(), 'the value'],
    [206, z.unknown(), 'the part that `Range` asks for', { 'Content-Range': 'which part of how many bytes' }],
    [304, undefined, 'the client has it already'],
  ])
  async read(
    @Param('id', { schema: RunParam }) runId: string,
    @Param('digest', { schema: ValueParam }) digest: string,
    @Headers('if-none-match') known: string | undefined,
    @Headers('range') wanted: string | undefined,
    @Headers('if-range') ofKnown: string | undefined,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StreamableFile | undefined> {
    const value = await findValue(this.espalier, runId, digest);
    const { size, media } = value;
    const etag = `"${digest}"`;
    if (isKnown(etag, known)) {
      this.host.httpAdapter.status(response, HttpStatus.NOT_MODIFIED);
      this.say(response, tagOf(etag));
      return undefined;
    }
    const part = ofKnown === undefined || ofKnown === etag ? rangeOf(wanted, size) : undefined;
    const bytes = this.streamOf(await value.open(part), { runId, digest });
    // A value that is damaged from the start is a problem to be told, and not to be kept.
    await once(bytes, 'readable');
    this.say(response, { ...tagOf(etag), ...UNTRUSTED, 'Accept-Ranges': 'bytes' });
    const { start, end } = part ?? { start: 0, end: size };
    if (part) {
      this.host.httpAdapter.status(response, HttpStatus.PARTIAL_CONTENT);
      this.say(response, { 'Content-Range': `bytes ${start}-${end - 1}/${size}` });
    }
    return new StreamableFile(bytes, { type: media, length: end - start });
  }

  @Post('values')
  @Answers('Keeps a value, to be named in interventions (`ref`).', [[200, ValueRef, 'what it is named']])
  put(@Body({ schema: AnyJson }) value: z.output<typeof AnyJson>): Promise<BlobRef> {
    return this.espalier.put(value);
  }

  private streamOf(
    pieces: AsyncIterable<Uint8Array>,
    fields: { readonly runId: string; readonly digest: string },
  ): Readable {
    const bytes = Readable.from(pieces, { objectMode: false, highWaterMark: ROOM });
    return bytes.on('error', error => {
      const message = `a value broke off: ${error.message}`;
      this.log.write({ time: new Date(), level: 'error', message, fields: { ...fields, error } });
    });
  }

  private say(response: unknown, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.host.httpAdapter.setHeader(response, name, value);
  }
}

const tagOf = (etag: string) => ({ ETag: etag, 'Cache-Control': FOR_EVER });

/** `If-None-Match` is a list of tags, or `*` for any. */
const isKnown = (etag: string, known = ''): boolean =>
  known.split(',').some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
