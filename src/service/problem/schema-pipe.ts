import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { YamlText } from '../yaml-text.js';
import { mediaTypeProblem } from './media-type-problem.js';
import { validationProblem } from './validation-problem.js';

/**
 * Checks what a route takes against the schema it is declared with. Not Nest's own pipe: it drops keys from what it is
 * given, says nothing of where a mistake was, and passes parameters by that our decorators read.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, where: ArgumentMetadata): Promise<unknown> {
    const { schema } = where;
    if (!schema) return value;
    if (value instanceof YamlText) throw mediaTypeProblem('expected application/json');
    const result = await schema['~standard'].validate(value);
    if (result.issues) throw validationProblem(result.issues, where);
    return result.value;
  }
}
