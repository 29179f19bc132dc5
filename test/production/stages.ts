/** A Dockerfile as plain data. */
import { DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast';

export interface Line {
  /** In capitals. */
  readonly keyword: string;
  /** The image, for FROM as well. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
  /** What is started, where it is written as JSON: no shell is in between. */
  readonly exec?: readonly string[];
}

export interface Stage {
  readonly image: string;
  readonly name?: string;
  readonly lines: readonly Line[];
}

/** Its stages, in order. */
export function readStages(text: string): readonly Stage[] {
  const stages: { image: string; name?: string; lines: Line[] }[] = [];
  for (const line of DockerfileParser.parse(text).getInstructions().map(readLine)) {
    const [image = '', , name] = line.words;
    if (line.keyword === 'FROM') stages.push({ image, ...(name !== undefined && { name }), lines: [] });
    else stages.at(-1)?.lines.push(line);
  }
  return stages;
}

export const linesOf = (stage: Stage | undefined, keyword: string): readonly Line[] =>
  (stage?.lines ?? []).filter(line => line.keyword === keyword);

function readLine(instruction: Instruction): Line {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const json = /\[.*\]/s.exec(instruction.getArgumentsContent() ?? '')?.[0];
  return {
    keyword: instruction.getKeyword(),
    words: instruction.getArguments().map(argument => argument.getValue()),
    flags: Object.fromEntries(flags.map(flag => [flag.getName(), flag.getValue() ?? ''])),
    ...(json !== undefined && { exec: parseExec(json) }),
  };
}

function parseExec(json: string): readonly string[] {
  try {
    return JSON.parse(json) as readonly string[];
  } catch {
    return [];
  }
}
