/** A variable of a module, as its variables.tf declares it. */
export interface TerraformVariable {
  name: string;
  /** In one line. */
  type: string;
  /** In one line; undefined when one has to be given. */
  default: string | undefined;
  description: string;
}

/** An output of a module. */
export interface TerraformOutput {
  name: string;
  description: string;
}

/**
 * readVariables takes the variables out of a variables.tf, in their order. It reads what `terraform fmt` leaves, not all of
 * the language: blocks that begin and end at the margin, their arguments two spaces in. Throws when a type or a description
 * is missing, or is no plain text.
 */
export function readVariables(text: string): TerraformVariable[] {
  return blocks(text, 'variable').map(({ name, body }) => ({
    name,
    type: oneLine(required(body, 'type', name)),
    default: withLines(body, 'default', oneLine),
    description: plainText(required(body, 'description', name), name),
  }));
}

/** readOutputs takes the outputs out of an outputs.tf, as {@link readVariables} does the variables. */
export function readOutputs(text: string): TerraformOutput[] {
  return blocks(text, 'output').map(({ name, body }) => ({
    name,
    description: plainText(required(body, 'description', name), name),
  }));
}

function blocks(text: string, kind: string): { name: string; body: string[] }[] {
  const pattern = new RegExp(`^${kind} "([^"]+)" \\{\\n(.*?)^\\}$`, 'gms');
  return Array.from(text.matchAll(pattern), ([, name = '', body = '']) => ({ name, body: body.split('\n') }));
}

/** The lines of an argument's value: it goes on while lines are further in, or close what it has opened. */
function argument(body: readonly string[], name: string): string[] | undefined {
  const start = body.findIndex(line => new RegExp(`^ {2}${name} +=`).test(line));
  const first = body[start];
  if (first === undefined) return undefined;
  const rest = body.slice(start + 1);
  const length = rest.findIndex(line => !/^( {4}| {2}[)}\]])/.test(line));
  return [first.slice(first.indexOf('=') + 1), ...rest.slice(0, length)].map(line => line.trim());
}

function withLines<T>(body: readonly string[], name: string, read: (lines: string[]) => T): T | undefined {
  const lines = argument(body, name);
  return lines === undefined ? undefined : read(lines);
}

function required(body: readonly string[], name: string, block: string): string[] {
  const lines = argument(body, name);
  if (lines === undefined) throw new Error(`"${block}" has no ${name}`);
  return lines;
}

/** Elements that stood on lines of their own are separated by commas, what lies close to a bracket by a space. */
function oneLine(lines: readonly string[]): string {
  return lines
    .map((line, index) => {
      const next = lines[index + 1];
      const text = line.replace(/ +/g, ' ');
      if (next === undefined) return text;
      return /[({[,]$/.test(line) || /^[)}\]]/.test(next) ? `${text} ` : `${text}, `;
    })
    .join('');
}

function plainText(lines: readonly string[], block: string): string {
  const [line = '', ...more] = lines;
  if (more.length > 0 || !/^"([^"\\$]|\\")*"$/.test(line)) {
    throw new Error(`the description of "${block}" must be one line of plain text`);
  }
  return line.slice(1, -1).replaceAll('\\"', '"');
}
