import { bind } from './arguments.ts';
import { PyDict } from './dict.ts';
import { dictMethod } from './dict-methods.ts';
import { sequenceMethod } from './list-methods.ts';
import type { Runtime } from './runtime.ts';
import { offsetOf } from './slice.ts';
import { charAt } from './text.ts';
import { textMethod } from './text-methods.ts';
import { Markup, NativeFunction, PyList, PyObject, PyRange, PyTuple, type Value } from './value.ts';

/** attributeOf gives what stands behind `value.name` for Python; undefined when there is nothing. Nothing else is ever reachable. */
export function attributeOf(value: Value, name: string, runtime: Runtime): Value | undefined {
  if (typeof value === 'string' || value instanceof Markup) return textMethod(value, name);
  if (value instanceof PyDict) return dictMethod(value, name);
  if (value instanceof PyList) return sequenceMethod(value, name);
  if (value instanceof PyTuple) {
    const named = value.attribute(name);
    return named === undefined ? sequenceMethod(value, name) : named;
  }
  if (value instanceof PyRange) return rangeAttribute(value, name);
  if (value instanceof PyObject) return value.attribute(name, runtime);
  return numberAttribute(value, name);
}

/** itemOf gives what stands behind `value[key]` for Python; undefined when there is nothing. */
export function itemOf(value: Value, key: Value, runtime: Runtime): Value | undefined {
  if (value instanceof PyDict) return isHashable(key) ? value.get(key) : undefined;
  const at = isIndexable(value) ? offsetOf(value, key) : undefined;
  if (typeof value === 'string') return at === undefined ? undefined : characterAt(value, at, runtime);
  if (value instanceof Markup)
    return at === undefined ? undefined : new Markup(characterAt(value.text, at, runtime));
  if (value instanceof PyList || value instanceof PyTuple)
    return at === undefined ? undefined : value.items[at];
  if (value instanceof PyRange) return at === undefined ? undefined : value.at(at);
  return value instanceof PyObject ? value.item(key, runtime) : undefined;
}

function isIndexable(value: Value): boolean {
  return (
    typeof value === 'string' ||
    value instanceof Markup ||
    value instanceof PyList ||
    value instanceof PyTuple ||
    value instanceof PyRange
  );
}

/** Python turns the TypeError for such a key into "there is no such item". */
function isHashable(key: Value): boolean {
  return !(key instanceof PyList || key instanceof PyDict);
}

function characterAt(text: string, at: number, { budget }: Runtime): string {
  budget.look(text);
  return charAt(text, at);
}

function rangeAttribute(range: PyRange, name: string): Value | undefined {
  switch (name) {
    case 'start':
    case 'stop':
    case 'step':
      return range[name];
    default:
      return undefined;
  }
}

function numberAttribute(value: Value, name: string): Value | undefined {
  if (value === null || typeof value === 'string') return undefined;
  const integer = typeof value === 'boolean' ? BigInt(value) : value;
  const method = (answer: () => Value): NativeFunction =>
    new NativeFunction(name, args => {
      bind(name, [], args);
      return answer();
    });
  switch (name) {
    case 'real':
      return integer instanceof PyObject ? undefined : integer;
    case 'imag':
      return typeof integer === 'bigint' ? 0n : 0;
    case 'is_integer':
      return typeof integer === 'number' ? method(() => Number.isInteger(integer)) : undefined;
    case 'bit_length':
      return typeof integer === 'bigint' ? method(() => exactBits(integer)) : undefined;
    default:
      return undefined;
  }
}

function exactBits(value: bigint): bigint {
  return value === 0n ? 0n : BigInt((value < 0n ? -value : value).toString(2).length);
}
