import { type Problem, TaskpodError } from '../shared/errors.ts';
import { checkConnections } from './commands/connection-files.ts';
import { checkVariables } from './commands/variable-files.ts';
import { readConfigFile } from './config-file.ts';
import type { Context } from './context.ts';
import type { GivenValues } from './given-sources.ts';
import { formatProblem } from './run-document.ts';

/** The options that give values on the command line. */
export interface GivenOptions {
  var: readonly (readonly [string, string])[];
  xcom: readonly (readonly [string, string])[];
  variables?: string | undefined;
  connections?: string | undefined;
}

/** parsePair takes `name=value` apart; throws `bad_usage`. */
export function parsePair(option: string, text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals >= 1) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new TaskpodError('bad_usage', `${option} ${text.slice(0, 40)}: not of the form name=value`, {
    action: `Write ${option} name=value.`,
  });
}

/** readGiven reads the values that the options give; throws `bad_usage` with all that is wrong. */
export async function readGiven(options: GivenOptions, context: Context): Promise<GivenValues> {
  const variables = new Map<string, string>();
  let connections: GivenValues['connections'] = new Map();
  if (options.variables !== undefined) {
    const read = checkVariables(await readConfigFile(options.variables, context));
    refuse(options.variables, read.problems);
    for (const [key, { value }] of read.variables) variables.set(key, value);
  }
  if (options.connections !== undefined) {
    const read = checkConnections(await readConfigFile(options.connections, context));
    refuse(options.connections, read.problems);
    connections = read.connections;
  }
  for (const [key, value] of options.var) variables.set(key, value);
  for (const [taskId, json] of options.xcom) {
    if (!isJson(json))
      refuse('--xcom', [{ path: taskId, message: 'must have a JSON value, such as "text"' }]);
  }
  return { variables, connections, xcoms: new Map(options.xcom) };
}

function refuse(what: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new TaskpodError('bad_usage', `${what}: ${problems.map(formatProblem).join('; ')}`, {
    action: 'Mend it and render the task again.',
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
