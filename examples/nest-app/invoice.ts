import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import type { Ctx } from 'espalier';

/** A new one for each execution of a step: what is injected as REQUEST there is the step's `ctx`. */
@Injectable({ scope: Scope.REQUEST })
export class Invoice {
  constructor(@Inject(REQUEST) private readonly ctx: Ctx) {}

  get reference(): string {
    return `${this.ctx.runId}/${this.ctx.address}`;
  }
}
