import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  // A client that keeps its connection open must not keep the application from closing.
  forceCloseConnections: true,
});
app.useGlobalPipes(new StandardSchemaValidationPipe());
// SIGTERM: the worker drains, then everything else is closed, then the process ends with 0.
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(Number(process.argv[2] ?? 3000), '127.0.0.1');
console.log(`orders at ${await app.getUrl()}`);
