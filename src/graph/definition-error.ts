import { EspalierError } from '../value/espalier-error.js';

/**
 * A contract or a graph is wrong as it is written; thrown where it is written, when its module loads. Codes:
 * `invalid_contract`, `invalid_graph`, `invalid_id`, `duplicate_id`, `foreign_port`, `not_a_value`, `not_a_port`,
 * `unknown_port`, `unknown_node`, `missing_wire`, `bad_literal`, `invalid_options`, `unsupported_option`.
 */
export class DefinitionError extends EspalierError {}
