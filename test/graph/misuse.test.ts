import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { build, grind, nested, note, type Handle, type Untyped } from './untyped.js';

/** The error of one bad `g.run(note, …)`. */
const wiring = (wires: (g: Untyped, i: Handle) => unknown, options?: object) =>
  build((g, i) => void g.run(note, wires(g, i), options));

describe('ids of nodes', () => {
  it('two nodes with one id are refused, naming both', () => {
    const bad = build(g => {
      g.run(grind, { beans: 1 });
      g.run(nested, { beans: 1 }, { as: 'grind' });
    });
    expect(bad).toThrow(expect.objectContaining({ code: 'duplicate_id' }));
    expect(bad).toThrow(
      'graph "g": two nodes are called "grind" (uses of step "grind" and of graph "nested"); name one of them with { as: \'…\' }',
    );
    const sleeping = build((g, i) => {
      g.run(grind, { beans: 1 });
      g.sleep(i['text'], '1s', { as: 'grind' });
    });
    expect(sleeping).toThrow('(uses of step "grind" and of g.sleep)');
  });

  it.each(['a b', 'in', 'items', '', '__proto__', 7])('%j is refused', as => {
    const bad = build(g => void g.run(grind, { beans: 1 }, { as }));
    expect(bad).toThrow(expect.objectContaining({ code: 'invalid_id' }));
    expect(bad).toThrow(`graph "g": node ${JSON.stringify(as)}: `);
  });
});

describe('wires', () => {
  it.each<[string, () => unknown, string, string]>([
    ['a missing one', wiring(() => ({})), 'missing_wire', 'node "note", port "text" needs a value'],
    [
      'an undefined one',
      wiring(() => ({ text: undefined })),
      'missing_wire',
      'port "text" needs a value, it is wired to undefined',
    ],
    [
      'one too many',
      wiring(() => ({ text: '', txt: '' })),
      'unknown_port',
      'node "note" has no port "txt"; did you mean "text"?',
    ],
    [
      'none at all',
      wiring(() => undefined),
      'missing_wire',
      'node "note": expected an object of ports and literals by port name',
    ],
    ['a port instead of wires', wiring((_g, i) => i['text']), 'missing_wire', 'expected an object of ports'],
    [
      'a literal of another type',
      wiring(() => ({ text: 5 })),
      'bad_literal',
      'node "note", port "text": expected string, got 5',
    ],
    [
      'a literal that JSON lacks',
      wiring(() => ({ text: '', tags: new Set() })),
      'bad_literal',
      'expected JSON, got an instance of Set',
    ],
    ['a function', wiring(() => ({ text: () => '' })), 'bad_literal', 'got a function'],
    [
      'a list of ports',
      wiring((_g, i) => ({ text: '', tags: [i['text']] })),
      'bad_literal',
      'make a list of ports with g.list',
    ],
    [
      'a whole node',
      wiring(g => ({ text: g.run(grind, { beans: 1 }) })),
      'bad_literal',
      'expected one port, got the node "grind"; name the output',
    ],
    [
      'an output that is not there',
      wiring(g => ({ text: g.run(grind, { beans: 1 })['power'] })),
      'unknown_port',
      'node "grind" has no output "power"; did you mean "powder"?',
    ],
    [
      'an input that is not there',
      wiring((_g, i) => ({ text: i['water'] })),
      'unknown_port',
      'graph "g" has no input "water"; it has beans, text',
    ],
  ])('%s: refused', (_, bad, code, message) => {
    expect(bad).toThrow(message);
    expect(bad).toThrow(expect.objectContaining({ code }));
  });

  it('of the graph itself are checked like those of a node', () => {
    const outputs = (out: unknown) => () =>
      graph({ id: 'g', in: {}, out: { text: z.string() } }, () => out as { out: { text: string } });
    expect(outputs({ out: {} })).toThrow('graph "g": graph "g", outputs, port "text" needs a value');
    expect(outputs({ out: { text: 'a', more: 'b' } })).toThrow('has no port "more"; it has text');
    expect(outputs({ out: { text: 1 } })).toThrow('expected string');
    expect(outputs(undefined)).toThrow('its build function must return { out: { … }, nodes?: [ … ] }');
    expect(outputs(Promise.resolve({ out: {} }))).toThrow('it is async; a graph is built at once');
  });

  it('value forms take ports only, but for the last part of g.first', () => {
    expect(build(g => void g.list(['a']))).toThrow(
      'g.list, part 0: expected a port, such as an output of a node, got a literal (string)',
    );
    expect(build((g, i) => void g.first('a', i['text']))).toThrow('g.first, part 0: expected a port');
    expect(build(g => void g.first())).toThrow(expect.objectContaining({ code: 'bad_literal' }));
    expect(build(g => void g.flat(g.run(grind, { beans: 1 })))).toThrow('got the node "grind"');
    expect(build(g => void g.sleep(5, '1s', { as: 's' }))).toThrow('node "s": expected a port');
  });
});

describe('options of a use', () => {
  it.each<[string, () => unknown, string, string]>([
    [
      'that are not there',
      wiring(() => ({ text: '' }), { retries: 3 }),
      'unsupported_option',
      'node "note" has the option "retries"; a use of step "note" takes as, when',
    ],
    [
      'of steps, on a nested graph',
      build(g => void g.run(nested, { beans: 1 }, { timeout: '1s' })),
      'unsupported_option',
      'node "nested" has the option "timeout"; a use of graph "nested" takes as, when, cluster',
    ],
    [
      'of the step, unknown',
      build(g => void g.run(grind, { beans: 1 }, { options: { siz: 'fine' } })),
      'invalid_options',
      'node "grind": option "siz": there is no such port; did you mean "size"?',
    ],
    [
      'of the step, wrong',
      build(g => void g.run(grind, { beans: 1 }, { options: { size: 'huge' } })),
      'invalid_options',
      'option "size": Invalid option: expected one of "fine"|"coarse", got "huge"',
    ],
    [
      'of the step, a port',
      build((g, i) => void g.run(grind, { beans: 1 }, { options: { size: i['text'] } })),
      'invalid_options',
      'node "grind": option "size" is a port; options are fixed, make it an input',
    ],
    [
      'onFailure, wrong',
      wiring(() => ({ text: '' }), { onFailure: 'ignore' }),
      'unsupported_option',
      "onFailure is 'fail', 'skip' or { fallback",
    ],
    [
      'a fallback of the wrong type',
      wiring(() => ({ text: '' }), { onFailure: { fallback: { id: 1, ok: true } } }),
      'bad_literal',
      'node "note", fallback, port "id": expected string',
    ],
    [
      'a fallback that lacks an output',
      wiring(() => ({ text: '' }), { onFailure: { fallback: { id: '' } } }),
      'missing_wire',
      'fallback, port "ok" needs a value',
    ],
    [
      'a fallback that is not by output',
      wiring(() => ({ text: '' }), { onFailure: { fallback: 'x' } }),
      'missing_wire',
      'node "note", fallback: expected an object',
    ],
    [
      'a fallback with a port in it',
      build((g, i) => void g.run(note, { text: '' }, { onFailure: { fallback: { id: i['text'], ok: true } } })),
      'bad_literal',
      'fallback, port "id": expected a literal, got the port "$in.text"',
    ],
    [
      'a condition that is no port',
      wiring(() => ({ text: '' }), { when: true }),
      'not_a_port',
      'node "note", when: expected a boolean port, or { expr, in }',
    ],
    [
      'a condition over a literal',
      wiring(() => ({ text: '' }), { when: { expr: 'a', in: { a: 1 } } }),
      'not_a_port',
      'when, name "a": expected a port',
    ],
    [
      'something that is no contract',
      build(g => void g.run({}, {})),
      'invalid_contract',
      'g.run: expected a contract, made by `step`, `stream` or `graph`',
    ],
  ])('%s: refused', (_, bad, code, message) => {
    expect(bad).toThrow(message);
    expect(bad).toThrow(expect.objectContaining({ code }));
  });

  it('one cluster with two queues is refused', () => {
    const bad = build(g => {
      g.cluster('mill', { queue: 'a' }, () => g.run(grind, { beans: 1 }));
      g.cluster('mill', { queue: 'b' }, () => undefined);
    });
    expect(bad).toThrow('graph "g": cluster "mill" has queue a at one place and b at another');
    expect(build(g => void g.cluster('my mill', {}, () => undefined))).toThrow('cluster "my mill": expected an id');
  });
});

describe('protected ports', () => {
  const foreign = (): unknown => {
    let port: unknown;
    build(g => void (port = g.run(grind, { beans: 1 })['powder']))();
    return port;
  };
  it.each<[string, () => unknown, string, string]>([
    [
      'a form',
      build((g, i) => void g.protect(g.first(i['text'], ''), 'never')),
      'not_a_port',
      'g.protect: expected an output of a node or an input, got first($in.text, a literal)',
    ],
    ['a literal', build(g => void g.protect('grind.powder', 'never')), 'not_a_port', 'g.protect: expected a port'],
    [
      'a whole node',
      build(g => void g.protect(g.run(grind, { beans: 1 }), 'never')),
      'not_a_port',
      'got the node "grind"',
    ],
    [
      'a port of another graph',
      build(g => void g.protect(foreign(), 'never')),
      'foreign_port',
      '"grind.powder" belongs',
    ],
    [
      'in no known way',
      build((g, i) => void g.protect(i['text'], 'always')),
      'unsupported_option',
      `g.protect: expected 'never' or 'with-reason', got "always"`,
    ],
    [
      'in two ways',
      build((g, i) => {
        g.protect(i['text'], 'never');
        g.protect(i['text'], 'with-reason');
      }),
      'duplicate_id',
      'graph "g": "$in.text" is protected twice, never and with-reason',
    ],
  ])('%s: refused', (_, bad, code, message) => {
    expect(bad).toThrow(message);
    expect(bad).toThrow(expect.objectContaining({ code }));
  });
});

describe('addresses that are not there', () => {
  it('throw, saying what there is', () => {
    const made = graph({ id: 'g', in: { beans: z.number() }, out: {} }, (g, i) => ({
      out: {},
      nodes: [g.run(grind, { beans: i.beans })],
    }));
    const at = made.at as unknown as Record<string, Record<string, Record<string, unknown>>>;
    expect(() => at['grnd']).toThrow('graph "g" has no node "grnd"; did you mean "grind"?');
    expect(() => at['grind']?.['out']?.['powdr']).toThrow('node "grind" has no output "powdr"; did you mean "powder"?');
    expect(() => at['grind']?.['in']?.['x']).toThrow('node "grind" has no input "x"; it has beans');
    expect(() => at['grind']?.['ocr']).toThrow('step "grind" has no node "ocr"; it has none');
  });
});
