import { Module } from '@nestjs/common';
import { EspalierModule } from 'espalier/nest';
import { order } from './contracts.js';
import { Invoice } from './invoice.js';
import { BillingSteps, WarehouseSteps } from './order-steps.js';
import { OrdersController } from './orders.controller.js';
import { Warehouse } from './warehouse.js';

@Module({
  imports: [EspalierModule.forFeature({ graphs: [order] })],
  controllers: [OrdersController],
  providers: [Warehouse, Invoice, WarehouseSteps, BillingSteps],
})
export class OrdersModule {}
