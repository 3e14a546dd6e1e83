import type { Budget } from './budget.ts';
import { DictView, PyDict } from './dict.ts';
import { floatRepr } from './float-text.ts';
import { Fault } from './template-error.ts';
import {
  ElseLess,
  Markup,
  PyIterator,
  PyList,
  type PyObject,
  PyTuple,
  Undefined,
  type Value,
} from './value.ts';

/** str writes a value as Python's str() does: what `{{ }}` prints. */
export function str(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof ElseLess) return '';
  if (value instanceof Undefined) throw undefinedFault(value);
  const text =
    isContainer(value) || typeof value !== 'object' || value === null ? undefined : strOf(value, budget);
  return text ?? repr(value, budget);
}

/** repr writes a value as Python's repr() does. */
export function repr(value: Value, budget: Budget): string {
  const parts: string[] = [];
  write(value, [], budget, text => {
    budget.text(text.length);
    parts.push(text);
  });
  return parts.join('');
}

/** undefinedFault is what using a value that is not there throws. */
export function undefinedFault(value: Undefined): Fault {
  return new Fault(value.kind, value.reason, value.at);
}

function strOf(value: PyObject, budget: Budget): string {
  if (value instanceof PyIterator) throw iteratorFault();
  return value.str(inside => repr(inside, budget));
}

function isContainer(value: Value): value is PyList | PyTuple | PyDict | DictView {
  return (
    value instanceof PyList ||
    value instanceof PyTuple ||
    value instanceof PyDict ||
    value instanceof DictView
  );
}

function iteratorFault(): Fault {
  return new Fault('unsupported', 'what this filter gives can only be gone through: add |list or |join');
}

function write(value: Value, around: readonly Value[], budget: Budget, put: (text: string) => void): void {
  if (!isContainer(value)) {
    put(reprOfOne(value, budget));
    return;
  }
  if (around.includes(value)) {
    put(value instanceof PyDict ? '{...}' : value instanceof PyList ? '[...]' : '...');
    return;
  }
  if (around.length > 100) throw new Fault('limit', 'prints data that is nested too deeply');
  const inside = [...around, value];
  if (value instanceof PyDict) {
    put('{');
    let isFirst = true;
    for (const [key, item] of value.entries()) {
      if (!isFirst) put(', ');
      isFirst = false;
      write(key, inside, budget, put);
      put(': ');
      write(item, inside, budget, put);
    }
    put('}');
    return;
  }
  const [open, close] = brackets(value);
  const items = value instanceof DictView ? [...value.iterate()] : value.items;
  put(open);
  items.forEach((item, index) => {
    if (index > 0) put(', ');
    write(item, inside, budget, put);
  });
  put(value instanceof PyTuple && items.length === 1 ? `,${close}` : close);
}

function brackets(value: PyList | PyTuple | DictView): [string, string] {
  if (value instanceof PyList) return ['[', ']'];
  return value instanceof PyTuple ? ['(', ')'] : [`${value.typeName}([`, '])'];
}

function reprOfOne(value: Exclude<Value, PyList | PyTuple | PyDict | DictView>, budget: Budget): string {
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return floatRepr(value);
    case 'bigint':
      return String(value);
  }
  if (value === null) return 'None';
  if (value instanceof Markup) return `Markup(${stringRepr(value.text)})`;
  if (value instanceof Undefined) throw undefinedFault(value);
  if (value instanceof PyIterator) throw iteratorFault();
  return value.repr(inside => repr(inside, budget));
}

const namedEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** stringRepr writes a text in quotes with Python's escapes. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\'"]|(?! )[\p{C}\p{Z}]/gu, char => {
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    return namedEscapes.get(char) ?? codeEscape(char);
  });
  return `${quote}${inside}${quote}`;
}

/** asciiRepr is {@link stringRepr} with every character beyond ASCII escaped. */
export function asciiRepr(reprText: string): string {
  return reprText.replace(/\P{ASCII}/gu, codeEscape);
}

function codeEscape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
