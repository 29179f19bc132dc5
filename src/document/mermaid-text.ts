/** Names of Mermaid nodes: readable, unlike any of its words (`end`, `style`, `default`), one for each thing. */
export interface MermaidIds {
  /** `kind` is `in`, `out`, `n` (a node) or `c` (a cluster); the same thing gets the same name again. */
  readonly of: (kind: string, path: string) => string;
}

export function createMermaidIds(): MermaidIds {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  const create = (kind: string, path: string): string => {
    const name = `${kind}_${path.replace(/[^A-Za-z0-9]+/g, '_')}`;
    let id = name;
    for (let count = 2; taken.has(id); count += 1) id = `${name}_${count}`;
    taken.add(id);
    return id;
  };
  return {
    of: (kind, path) => {
      const key = `${kind} ${path}`;
      const id = known.get(key) ?? create(kind, path);
      known.set(key, id);
      return id;
    },
  };
}

/** Lines of text as a quoted label, with everything that Mermaid or HTML might read as its own written as `#code;`. */
export const label = (...lines: readonly string[]): string => `"${lines.map(escaped).join('<br/>')}"`;

const escaped = (text: string): string =>
  text
    .replace(/\s+/gu, ' ')
    .replace(/[^\p{L}\p{N} _.,/()+*=!?$@'→-]/gu, coded)
    // Mermaid takes `direction TB` for an instruction wherever it stands in a line, in a label too.
    .replace(/(?<=direction) /gu, coded);

const coded = (char: string): string => `#${char.codePointAt(0)};`;
