import { isJsonObject, type Json } from '../value/json.js';
import { parseAddress } from './address.js';
import {
  anything,
  bool,
  count,
  duration,
  listOf,
  mapOf,
  named,
  oneOf,
  oneShape,
  shape,
  text,
  type Shape,
} from './check.js';
import { condition, form } from './check-form.js';
import { portSchema } from './check-port-schema.js';
import { checkEntry, describe, report, reportKey, type Check, type Trail } from './finding.js';
import { idProblem, nodeIdProblem, portProblem } from './ids.js';

/**
 * The tables of the stored form: what each object of `document.ts` may have, key by key. They see shapes, names and
 * the syntax of references; what needs two places of a document at once is compile's.
 */

const id = named(idProblem);
const ports = mapOf('JSON Schemas by port', portProblem, portSchema);
const forms = mapOf('forms by port', portProblem, form);
const literals = mapOf('values by name', portProblem, anything);

const retry = shape({
  what: 'a retry policy',
  keys: {
    attempts: count,
    backoff: oneOf('none', 'linear', 'exponential', 'jitter'),
    initial: duration(0),
    max: duration(0),
    except: listOf('error codes', text),
  },
});

const POLICY: Readonly<Record<string, Check>> = {
  retry,
  timeout: duration(1),
  deadline: duration(1),
  heartbeat: (value, trail) => {
    if (value !== false) duration(1)(value, trail);
  },
};

const cacheTime = shape({ what: '`cache`', keys: { ttl: duration(1) }, required: ['ttl'] });
const cache: Check = (value, trail) => {
  if (isJsonObject(value)) cacheTime(value, trail);
  else if (value !== true) report(trail, 'wrong_type', `expected \`true\` or { ttl: … }, got ${describe(value)}`);
};

const manifest = shape({
  what: 'a manifest',
  keys: {
    title: text,
    in: ports,
    out: ports,
    yields: ports,
    cursor: text,
    options: ports,
    context: ports,
    pure: bool,
    version: text,
    cache,
    ...POLICY,
  },
});

const fallback = shape({ what: '`onFailure`', keys: { fallback: literals }, required: ['fallback'] });
const onNodeFailure: Check = (value, trail) => {
  if (isJsonObject(value)) fallback(value, trail);
  else if (value !== 'fail' && value !== 'skip') {
    report(trail, 'wrong_type', `expected \`fail\`, \`skip\` or { fallback: … }, got ${describe(value)}`);
  }
};

const onRunFailure = oneOf('stop', 'continue');
/** Of a graph, an each or a loop. */
const nodes: Check = (value, trail) => nodesById(value, trail);

const loop = shape({
  what: '`loop`',
  keys: { state: ports, until: condition, max: count, onLimit: oneOf('fail', 'stop') },
  required: ['state'],
});

const NODES: Readonly<Record<string, Shape>> = {
  step: {
    what: 'a step node',
    keys: {
      step: id,
      in: forms,
      options: literals,
      when: condition,
      limit: count,
      onFailure: onNodeFailure,
      ...POLICY,
    },
  },
  graph: { what: 'a nested graph', keys: { graph: id, in: forms, when: condition } },
  sleep: {
    what: 'a sleep',
    keys: { sleep: duration(0), in: shape({ what: 'the input of a sleep', keys: { value: form } }) },
  },
  each: {
    what: 'an each',
    keys: {
      each: form,
      concurrency: count,
      buffer: count,
      ordered: bool,
      onFailure: onRunFailure,
      nodes,
      out: forms,
    },
  },
  collect: { what: 'a collect', keys: { collect: form, partial: bool } },
  loop: { what: 'a loop', keys: { loop, in: forms, nodes, next: forms } },
};
const nodesById = mapOf('nodes by id', nodeIdProblem, oneShape('a node', NODES));

const cluster = shape({
  what: 'a cluster',
  keys: { nodes: listOf('node ids', named(nodeIdProblem)), queue: text, limit: count },
  required: ['nodes'],
});

const protections = mapOf('protections by address', () => undefined, oneOf('never', 'with-reason'));
const protect: Check = (value, trail) => {
  protections(value, trail);
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    if (isOwnPort(key)) continue;
    const expected = 'expected a port such as `node.port`, `node/$in.port` or `$in.port`';
    reportKey(trail, key, 'bad_reference', `${expected}, got ${describe(key)}`);
  }
};

function isOwnPort(text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined || address.kind === 'node' || address.scope.length > 0) return false;
  return address.kind === 'input' || address.node !== undefined;
}

const nestedDocument: Check = (value, trail) => {
  checkDocument(value, trail);
  const key = trail.path.at(-1) as string;
  if (!isJsonObject(value) || typeof value['id'] !== 'string' || value['id'] === key) return;
  const message = `expected the graph's id to be its key, ${describe(key)}, got ${describe(value['id'])}`;
  checkEntry('id', value['id'], trail, (_, at) => report(at, 'bad_id', message));
};

const document = shape({
  what: 'a graph document',
  keys: {
    id,
    title: text,
    onFailure: onRunFailure,
    in: ports,
    returns: ports,
    nodes,
    out: forms,
    clusters: mapOf('clusters by name', idProblem, cluster),
    protect,
    steps: mapOf('manifests by step', idProblem, manifest),
    graphs: mapOf('graph documents by id', idProblem, nestedDocument),
  },
  required: ['id'],
});

/** Reports everything that keeps `value` from being a `Document`. O(size); recurses as deep as the value is. */
export function checkDocument(value: Json, trail: Trail): void {
  document(value, trail);
}
