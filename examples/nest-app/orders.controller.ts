import { Body, Controller, Get, Headers, HttpCode, Param, Post, UseFilters } from '@nestjs/common';
import { Espalier } from 'espalier/client';
import { NewOrder, order } from './contracts.js';
import { EspalierErrorFilter } from './espalier-error.filter.js';

@Controller('orders')
@UseFilters(EspalierErrorFilter)
export class OrdersController {
  constructor(private readonly espalier: Espalier) {}

  /** The same Idempotency-Key again is the same order. */
  @Post()
  @HttpCode(202)
  async create(@Body({ schema: NewOrder }) input: NewOrder, @Headers('idempotency-key') idempotencyKey?: string) {
    const { id } = await this.espalier.start(order, { input, ...(idempotencyKey && { idempotencyKey }) });
    return { id };
  }

  @Get(':id')
  async show(@Param('id') id: string) {
    const run = this.espalier.run(id, order);
    const { status, error } = await run.view();
    return { id, status, ...(status === 'completed' && { order: await run.result() }), error: error?.message };
  }
}
