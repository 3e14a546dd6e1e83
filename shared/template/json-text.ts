import type { Budget } from './budget.ts';
import { compare } from './compare.ts';
import { PyDict } from './dict.ts';
import { floatRepr, nonFinite } from './float-text.ts';
import { undefinedFault } from './repr.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { Markup, PyList, PyTuple, Undefined, type Value } from './value.ts';

/** How JSON is written; the defaults are those of Python's json.dumps. */
export interface JsonStyle {
  /** Put before each level, on lines of their own; undefined: all on one line. */
  indent?: string | undefined;
  sortKeys?: boolean;
  ensureAscii?: boolean;
  itemSeparator?: string | undefined;
  keySeparator?: string | undefined;
}

/** jsonText writes a value as Python's json.dumps does. Throws a Fault for what JSON has not. */
export function jsonText(value: Value, style: JsonStyle, budget: Budget): string {
  const parts: string[] = [];
  const put = (text: string): void => {
    budget.text(text.length);
    parts.push(text);
  };
  write(value, style, 0, budget, put);
  return parts.join('');
}

function write(
  value: Value,
  style: JsonStyle,
  depth: number,
  budget: Budget,
  put: (text: string) => void,
): void {
  if (depth > 100) throw new Fault('limit', 'writes JSON that is nested too deeply');
  if (value instanceof PyDict) {
    const entries = sortedEntries(value, style, budget);
    writeAll('{', '}', entries, style, depth, put, ([key, item]) => {
      put(quote(keyText(key), style));
      put(style.keySeparator ?? ': ');
      write(item, style, depth + 1, budget, put);
    });
  } else if (value instanceof PyList || value instanceof PyTuple) {
    writeAll('[', ']', value.items, style, depth, put, item => write(item, style, depth + 1, budget, put));
  } else {
    put(scalarText(value, style));
  }
}

function writeAll<T>(
  open: string,
  close: string,
  items: readonly T[],
  style: JsonStyle,
  depth: number,
  put: (text: string) => void,
  writeOne: (item: T) => void,
): void {
  if (items.length === 0) {
    put(open + close);
    return;
  }
  const newline = (level: number): string =>
    style.indent === undefined ? '' : `\n${style.indent.repeat(level)}`;
  const separator = style.itemSeparator ?? (style.indent === undefined ? ', ' : ',');
  put(open);
  items.forEach((item, index) => {
    put((index > 0 ? separator : '') + newline(depth + 1));
    writeOne(item);
  });
  put(newline(depth) + close);
}

function sortedEntries(dict: PyDict, style: JsonStyle, budget: Budget): (readonly [Value, Value])[] {
  budget.elements(dict.size);
  const entries = [...dict.entries()].map(entry => [...entry] as const);
  return style.sortKeys ? entries.sort(([a], [b]) => compare(a, b, budget) ?? 0) : entries;
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key instanceof Markup) return key.text;
  if (key === null || typeof key !== 'object') return scalarText(key, {});
  throw runtimeFault(`a key in JSON cannot be of type ${typeName(key)}`);
}

function scalarText(value: Value, style: JsonStyle): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quote(value, style);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return String(value);
    case 'number':
      return nonFinite(value) === undefined
        ? floatRepr(value)
        : Number.isNaN(value)
          ? 'NaN'
          : `${value < 0 ? '-' : ''}Infinity`;
  }
  if (value instanceof Markup) return quote(value.text, style);
  if (value instanceof Undefined) throw undefinedFault(value);
  throw runtimeFault(`a value of type ${typeName(value)} cannot be written as JSON`);
}

function quote(text: string, style: JsonStyle): string {
  const quoted = JSON.stringify(text);
  if (style.ensureAscii === false) return quoted;
  return quoted.replace(/[\x7f-\uffff]/g, unit =>
    unit === '\x7f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
