import { setTimeout as work } from 'node:timers/promises';
import { Implements, Steps } from 'espalier/nest';
import type { CtxOf, InputOf } from 'espalier';
import { bill, pack, reserve } from './contracts.js';
import { Invoice } from './invoice.js';
import { Warehouse } from './warehouse.js';

@Steps()
export class WarehouseSteps {
  constructor(private readonly warehouse: Warehouse) {}

  @Implements(reserve)
  reserve({ item }: InputOf<typeof reserve>) {
    return { shelf: this.warehouse.shelfOf(item) };
  }

  @Implements(pack)
  async pack({ shelf, quantity }: InputOf<typeof pack>, ctx: CtxOf<typeof pack>) {
    ctx.log.info('packing', { shelf, quantity });
    // Packing takes its time; `ctx.signal` ends it when the run no longer wants it.
    await work(quantity * 20, undefined, { signal: ctx.signal });
    return { parcel: this.warehouse.send(`${quantity} from ${shelf}`) };
  }
}

@Steps()
export class BillingSteps {
  constructor(private readonly invoice: Invoice) {}

  @Implements(bill)
  bill({ quantity }: InputOf<typeof bill>) {
    return { cents: quantity * 250, reference: this.invoice.reference };
  }
}
