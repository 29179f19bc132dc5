import { Module } from '@nestjs/common';
import { EspalierModule } from 'espalier/nest';
import { OrdersModule } from './orders.module.js';

@Module({
  imports: [EspalierModule.forRoot(), OrdersModule, EspalierModule.forWorker({ include: [OrdersModule] })],
})
export class AppModule {}
