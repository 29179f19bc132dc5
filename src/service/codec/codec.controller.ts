import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CodecNamespace, CodecPayloads } from '../../api/codec.js';
import { Espalier } from '../../client/espalier.js';
import type { Payload } from '../../client/payload-codec.js';
import { EspalierError } from '../../value/espalier-error.js';
import { Answers } from '../answers.js';
import { RequestHeader } from '../request-header.js';

/** What the Temporal UI and CLI ask to show and send values that only clients and workers can read. */
@ApiTags('operations')
@Controller('codec')
export class CodecController {
  constructor(@Inject(Espalier) private readonly espalier: Espalier) {}

  @Post('decode')
  @Answers('Payloads in plain, for the Temporal UI and CLI.', [[200, CodecPayloads, 'in the same order']])
  async decode(
    @Body({ schema: CodecPayloads }) { payloads }: CodecPayloads,
    @RequestHeader('X-Namespace', CodecNamespace) namespace: string | undefined,
  ): Promise<CodecPayloads> {
    this.checkNamespace(namespace);
    return { payloads: (await this.espalier.decodePayloads(payloads.map(read))).map(write) };
  }

  @Post('encode')
  @Answers('Payloads as clients send them, for the Temporal UI and CLI.', [[200, CodecPayloads, 'in the same order']])
  async encode(
    @Body({ schema: CodecPayloads }) { payloads }: CodecPayloads,
    @RequestHeader('X-Namespace', CodecNamespace) namespace: string | undefined,
  ): Promise<CodecPayloads> {
    this.checkNamespace(namespace);
    return { payloads: (await this.espalier.encodePayloads(payloads.map(read))).map(write) };
  }

  private checkNamespace(namespace = this.espalier.namespace): void {
    if (namespace === this.espalier.namespace) return;
    throw new EspalierError('not_found', `this service is for namespace ${this.espalier.namespace}`);
  }
}

type CodecPayload = CodecPayloads['payloads'][number];

const read = ({ metadata, data }: CodecPayload): Payload => ({
  metadata: mapped(metadata ?? {}, text => Buffer.from(text, 'base64')),
  data: Buffer.from(data ?? '', 'base64'),
});

const write = ({ metadata, data }: Payload): CodecPayload => ({
  metadata: mapped(metadata ?? {}, base64),
  data: base64(data ?? new Uint8Array()),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const mapped = <A, B>(record: Readonly<Record<string, A>>, make: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value)]));
