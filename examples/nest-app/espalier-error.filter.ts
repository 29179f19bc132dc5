import { Catch, HttpException, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EspalierError } from 'espalier';

const STATUS: Readonly<Record<string, HttpStatus>> = {
  invalid_input: HttpStatus.BAD_REQUEST,
  not_found: HttpStatus.NOT_FOUND,
  idempotency_conflict: HttpStatus.CONFLICT,
  not_reachable: HttpStatus.SERVICE_UNAVAILABLE,
};

/** What Espalier says, in the words of HTTP. */
@Catch(EspalierError)
export class EspalierErrorFilter implements ExceptionFilter<EspalierError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ code, message }: EspalierError, context: ArgumentsHost): void {
    const status = STATUS[code] ?? HttpStatus.INTERNAL_SERVER_ERROR;
    const body = HttpException.createBody(message, code, status);
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), body, status);
  }
}
