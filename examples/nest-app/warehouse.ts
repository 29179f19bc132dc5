import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { StepError } from 'espalier';

/** Stands for a database: steps get it by injection, and it is there for as long as they run. */
@Injectable()
export class Warehouse implements OnModuleDestroy {
  private readonly shelves = new Map([
    ['tea', 'A1'],
    ['coffee', 'B7'],
  ]);
  private open = true;

  shelfOf(item: string): string {
    this.mustBeOpen();
    const shelf = this.shelves.get(item);
    if (shelf === undefined) throw new StepError('unknown_item', `there is no ${item} in the warehouse`);
    return shelf;
  }

  send(parcel: string): string {
    this.mustBeOpen();
    return parcel;
  }

  onModuleDestroy(): void {
    this.open = false;
  }

  private mustBeOpen(): void {
    if (!this.open) throw new Error('the warehouse is closed');
  }
}
