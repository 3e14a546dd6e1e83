import { bind, flagArgument, integerArgument, textArgument, textOf } from './arguments.ts';
import { escapeHtml } from './html.ts';
import { iterate } from './protocol.ts';
import type { Args, Runtime } from './runtime.ts';
import { formatText } from './str-format.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { textLength } from './text.ts';
import { capitalize, swapCase, titleCase } from './text-case.ts';
import type { TextMethod } from './text-method.ts';
import { textQuestions } from './text-questions.ts';
import { textSearches } from './text-searches.ts';
import { splitLines, splitText, splitTextFromEnd, strip } from './text-split.ts';
import { Markup, NativeFunction, PyList, PyTuple, type Value } from './value.ts';

const list = (parts: readonly string[]): PyList => new PyList([...parts]);

/** A method without arguments that gives a text. */
function plain(change: (text: string) => string): TextMethod {
  return (text, args, { budget }, name) => {
    bind(name, [], args);
    budget.text(text.length);
    return change(text);
  };
}

function stripping(sides: 'both' | 'left' | 'right'): TextMethod {
  return (text, args, _, name) => {
    const [chars] = bind(name, ['/chars?'], args);
    return strip(text, chars === undefined || chars === null ? undefined : textArgument(chars, name), sides);
  };
}

function justifying(place: (missing: number, width: number) => number): TextMethod {
  return (text, args, { budget }, name) => {
    const [width, fill] = bind(name, ['/width', '/fillchar?'], args);
    const char = textArgument(fill, name, ' ');
    if (textLength(char) !== 1) throw runtimeFault(`${name} fills with one character`);
    const wanted = integerArgument(width, name);
    budget.text(Math.max(0, wanted));
    const missing = Math.max(0, wanted - textLength(text));
    const before = place(missing, wanted);
    return char.repeat(before) + text + char.repeat(missing - before);
  };
}

function splitting(split: typeof splitText): TextMethod {
  return (text, args, { budget }, name) => {
    const [separator, limit] = bind(name, ['sep?', 'maxsplit?'], args);
    const at = separator === undefined || separator === null ? undefined : textArgument(separator, name);
    if (at === '') throw runtimeFault(`${name} needs a separator that is not empty`);
    const parts = split(text, at, integerArgument(limit, name, -1));
    budget.elements(parts.length);
    return list(parts);
  };
}

const textMethods: ReadonlyMap<string, TextMethod> = new Map<string, TextMethod>([
  ...textQuestions,
  ...textSearches,
  ['capitalize', plain(capitalize)],
  ['casefold', plain(text => text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ'))],
  ['lower', plain(text => text.toLowerCase())],
  ['swapcase', plain(swapCase)],
  ['title', plain(titleCase)],
  ['upper', plain(text => text.toUpperCase())],
  ['strip', stripping('both')],
  ['lstrip', stripping('left')],
  ['rstrip', stripping('right')],
  // Python puts the odd one to the left when the width is odd.
  ['center', justifying((missing, width) => Math.floor(missing / 2) + (missing & width & 1))],
  ['ljust', justifying(() => 0)],
  ['rjust', justifying(missing => missing)],
  ['split', splitting(splitText)],
  ['rsplit', splitting(splitTextFromEnd)],
  [
    'splitlines',
    (text, args) => list(splitLines(text, flagArgument(bind('splitlines', ['keepends?'], args)[0]))),
  ],
  [
    'join',
    (text, args, runtime, name) => joinText(text, bind(name, ['/iterable'], args)[0] ?? null, runtime),
  ],
  [
    'replace',
    (text, args, runtime, name) => {
      const [old, fresh, count] = bind(name, ['/old', '/new', '/count?'], args);
      return replaceText(
        text,
        textArgument(old, name),
        textArgument(fresh, name),
        integerArgument(count, name, -1),
        runtime,
      );
    },
  ],
  [
    'removeprefix',
    (text, args, _, name) => {
      const prefix = textArgument(bind(name, ['/prefix'], args)[0], name);
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    },
  ],
  [
    'removesuffix',
    (text, args, _, name) => {
      const suffix = textArgument(bind(name, ['/suffix'], args)[0], name);
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    },
  ],
  [
    'zfill',
    (text, args, { budget }, name) => {
      const width = integerArgument(bind(name, ['/width'], args)[0], name);
      budget.text(Math.max(0, width));
      const sign = /^[+-]/.exec(text)?.[0] ?? '';
      return sign + '0'.repeat(Math.max(0, width - textLength(text))) + text.slice(sign.length);
    },
  ],
  [
    'expandtabs',
    (text, args, runtime, name) =>
      expandTabs(text, integerArgument(bind(name, ['tabsize?'], args)[0], name, 8), runtime),
  ],
  ['format', (text, args, runtime) => formatText(text, args, runtime)],
  [
    'format_map',
    (text, args, runtime, name) =>
      formatText(text, { positional: [], named: new Map() }, runtime, bind(name, ['/mapping'], args)[0]),
  ],
  ...['encode', 'translate', 'maketrans'].map((name): [string, TextMethod] => [
    name,
    () => {
      throw new Fault('unsupported', `${name}() is not supported: there are no bytes and no tables here`);
    },
  ]),
]);

/** textMethod is a method of a text, bound to it; undefined when there is none. HTML stays HTML, and escapes what is put in. */
export function textMethod(owner: string | Markup, name: string): NativeFunction | undefined {
  const method = textMethods.get(name);
  if (method === undefined) return undefined;
  return new NativeFunction(name, (args, runtime) => {
    const text = typeof owner === 'string' ? owner : owner.text;
    runtime.budget.look(text);
    if (typeof owner === 'string') return method(text, args, runtime, name);
    return asMarkup(
      method(text, escapesArguments.has(name) ? escapeAll(args, runtime, name) : args, runtime, name),
    );
  });
}

/** joinText is Python's separator.join(). */
function joinText(separator: string, elements: Value, { budget }: Runtime): string {
  const parts: string[] = [];
  for (const element of iterate(elements, budget)) {
    const text = textOf(element);
    if (text === undefined) throw runtimeFault('join needs texts: add |map("string")');
    budget.text(text.length + separator.length);
    parts.push(text);
  }
  return parts.join(separator);
}

/** replaceText replaces the first `count` places, all for less than 0. */
export function replaceText(
  text: string,
  old: string,
  fresh: string,
  count: number,
  { budget }: Runtime,
): string {
  const pieces = old === '' ? ['', ...text, ''] : text.split(old);
  const replaced = Math.min(pieces.length - 1, count < 0 ? Infinity : count);
  budget.text(text.length + replaced * fresh.length);
  if (old === '') return emptyReplaced(text, fresh, count < 0 ? Infinity : count);
  if (replaced === pieces.length - 1) return pieces.join(fresh);
  return [...pieces.slice(0, replaced), pieces.slice(replaced).join(old)].join(fresh);
}

/** Between all characters and at both ends. */
function emptyReplaced(text: string, fresh: string, count: number): string {
  const chars = Array.from(text);
  const marked = chars.map((char, index) => (index < count ? fresh : '') + char);
  return marked.join('') + (count > chars.length ? fresh : '');
}

function expandTabs(text: string, size: number, { budget }: Runtime): string {
  budget.text(text.length + splitText(text, '\t', -1).length * Math.max(0, size));
  let column = 0;
  return text.replace(/[\s\S]/gu, char => {
    if (char === '\t') {
      const width = size > 0 ? size - (column % size) : 0;
      column += width;
      return ' '.repeat(width);
    }
    column = char === '\n' || char === '\r' ? 0 : column + 1;
    return char;
  });
}

const escapesArguments: ReadonlySet<string> = new Set(['replace', 'join', 'format', 'format_map']);

function escapeAll(args: Args, runtime: Runtime, name: string): Args {
  const escaped = (value: Value): Value => {
    if (typeof value === 'string') return escapeHtml(value);
    return value instanceof PyList || value instanceof PyTuple ? new PyList(value.items.map(escaped)) : value;
  };
  runtime.budget.elements(args.positional.length);
  return {
    // What is looked for stays as it is.
    positional: args.positional.map((value, index) =>
      name === 'replace' && index === 0 ? value : escaped(value),
    ),
    named: new Map([...args.named].map(([name, value]) => [name, escaped(value)])),
  };
}

function asMarkup(value: Value): Value {
  if (typeof value === 'string') return new Markup(value);
  if (value instanceof PyList) return new PyList(value.items.map(asMarkup));
  return value instanceof PyTuple ? new PyTuple(value.items.map(asMarkup)) : value;
}
