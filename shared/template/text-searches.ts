import { bind, integerArgument, textArgument } from './arguments.ts';
import { runtimeFault } from './template-error.ts';
import { charOffset, textLength } from './text.ts';
import type { TextMethod } from './text-method.ts';
import { PyTuple, type Value } from './value.ts';

function partitioning(isLast: boolean): TextMethod {
  return (text, args, _, name) => {
    const separator = textArgument(bind(name, ['/sep'], args)[0], name);
    if (separator === '') throw runtimeFault(`${name} needs a separator that is not empty`);
    const at = isLast ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) return new PyTuple(isLast ? ['', '', text] : [text, '', '']);
    return new PyTuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  };
}

/** The part between two offsets, and where it begins in JavaScript's counting; undefined when the offsets exclude everything. */
function part(
  text: string,
  start: Value | undefined,
  end: Value | undefined,
  name: string,
): { offset: number; part: string } | undefined {
  if (start === undefined && end === undefined) return { offset: 0, part: text };
  const chars = Array.from(text);
  const clamp = (value: Value | undefined, otherwise: number): number => {
    const given = value === null ? otherwise : integerArgument(value, name, otherwise);
    return given < 0 ? Math.max(0, given + chars.length) : given;
  };
  const from = clamp(start, 0);
  if (from > chars.length) return undefined;
  return {
    offset: chars.slice(0, from).join('').length,
    part: chars.slice(from, Math.max(from, clamp(end, chars.length))).join(''),
  };
}

function finding(isLast: boolean, isStrict: boolean): TextMethod {
  return (text, args, _, name) => {
    const [wanted, start, end] = bind(name, ['/sub', '/start?', '/end?'], args);
    const found = part(text, start, end, name);
    const sought = textArgument(wanted, name);
    const at =
      found === undefined ? -1 : isLast ? found.part.lastIndexOf(sought) : found.part.indexOf(sought);
    if (at < 0 && isStrict) throw runtimeFault(`${name}: the text does not contain this`);
    return BigInt(found === undefined || at < 0 ? -1 : charOffset(text, found.offset + at));
  };
}

function edge(isStart: boolean): TextMethod {
  return (text, args, _, name) => {
    const [wanted, start, end] = bind(name, ['/prefix', '/start?', '/end?'], args);
    const candidates = wanted instanceof PyTuple ? wanted.items : [wanted];
    const found = part(text, start, end, name);
    return candidates.some(candidate => {
      const sought = textArgument(candidate, name);
      return found !== undefined && (isStart ? found.part.startsWith(sought) : found.part.endsWith(sought));
    });
  };
}

/** The methods of a text that look for a part of it. */
export const textSearches: ReadonlyMap<string, TextMethod> = new Map<string, TextMethod>([
  ['partition', partitioning(false)],
  ['rpartition', partitioning(true)],
  ['find', finding(false, false)],
  ['rfind', finding(true, false)],
  ['index', finding(false, true)],
  ['rindex', finding(true, true)],
  ['startswith', edge(true)],
  ['endswith', edge(false)],
  [
    'count',
    (text, args, _, name) => {
      const [wanted, start, end] = bind(name, ['/sub', '/start?', '/end?'], args);
      const sought = textArgument(wanted, name);
      const found = part(text, start, end, name);
      if (found === undefined) return 0n;
      return BigInt(sought === '' ? textLength(found.part) + 1 : found.part.split(sought).length - 1);
    },
  ],
]);
