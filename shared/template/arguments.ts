import { numeric } from './number.ts';
import { isTrue } from './protocol.ts';
import { undefinedFault } from './repr.ts';
import type { Args } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, Undefined, type Value } from './value.ts';

/**
 * bind puts the arguments of a call in the order of the parameters; one that is not given is undefined. A parameter that may be left
 * out ends in `?`; one that cannot be given by name begins with `/`. Throws a Fault when they do not fit.
 */
export function bind(callee: string, parameters: readonly string[], args: Args): (Value | undefined)[] {
  if (args.positional.length > parameters.length) {
    throw runtimeFault(
      `${callee} takes at most ${parameters.length} arguments, ${args.positional.length} are given`,
    );
  }
  const bound: (Value | undefined)[] = parameters.map((_, index) => args.positional[index]);
  for (const [name, value] of args.named) {
    const index = parameters.findIndex(parameter => parameter === name || parameter === `${name}?`);
    if (index < 0) throw runtimeFault(`${callee} has no argument ${name}`);
    if (bound[index] !== undefined) throw runtimeFault(`${callee} gets the argument ${name} twice`);
    bound[index] = value;
  }
  const missing = parameters.find((name, index) => bound[index] === undefined && !name.endsWith('?'));
  if (missing !== undefined) {
    throw runtimeFault(`${callee} needs the argument ${missing.replace('/', '')}`);
  }
  return bound;
}

/** textArgument reads a text; `otherwise` stands for one that is not given. */
export function textArgument(value: Value | undefined, callee: string, otherwise?: string): string {
  if (value === undefined && otherwise !== undefined) return otherwise;
  const text = textOf(value ?? null);
  if (text === undefined) throw wrong(callee, 'a text', value);
  return text;
}

/** textOf gives the characters of a text or of HTML; undefined for anything else. Throws for what is not there. */
export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined) throw undefinedFault(value);
  return value instanceof Markup ? value.text : undefined;
}

/** integerArgument reads an int; True is 1. */
export function integerArgument(value: Value | undefined, callee: string, otherwise?: number): number {
  if (value === undefined && otherwise !== undefined) return otherwise;
  if (value instanceof Undefined) throw undefinedFault(value);
  const given = numeric(value ?? null);
  if (typeof given !== 'bigint') throw wrong(callee, 'an int', value);
  return Number(given);
}

/** optionalInteger reads an int, or None or nothing as undefined. */
export function optionalInteger(value: Value | undefined, callee: string): number | undefined {
  return value === undefined || value === null ? undefined : integerArgument(value, callee);
}

/** flagArgument reads anything as true or false. */
export function flagArgument(value: Value | undefined, otherwise = false): boolean {
  return value === undefined ? otherwise : isTrue(value);
}

function wrong(callee: string, wanted: string, value: Value | undefined): Error {
  return runtimeFault(`${callee} needs ${wanted}, not ${typeName(value ?? null)}`);
}
