import { bind } from './arguments.ts';
import { binary } from './arithmetic.ts';
import { compare, equals } from './compare.ts';
import { PyDict } from './dict.ts';
import { contains, lengthOf, tryIterate } from './protocol.ts';
import { str } from './repr.ts';
import type { Args, Runtime } from './runtime.ts';
import { isLowerCase, isUpperCase } from './text-case.ts';
import { Markup, PyIterator, PyList, PyObject, PyRange, PyTuple, Undefined, type Value } from './value.ts';

/** What stands behind `is`. */
export type Test = (value: Value, args: Args, runtime: Runtime, name: string) => boolean;

function simple(answer: (value: Value, runtime: Runtime) => boolean): Test {
  return (value, args, runtime, name) => {
    bind(name, [], args);
    return answer(value, runtime);
  };
}

function comparing(answer: (value: Value, other: Value, runtime: Runtime) => boolean): Test {
  return (value, args, runtime, name) => answer(value, bind(name, ['/other'], args)[0] ?? null, runtime);
}

function ordering(isSo: (order: number) => boolean): Test {
  return comparing((value, other, { budget }) => {
    const order = compare(value, other, budget);
    return order !== undefined && isSo(order);
  });
}

function remainder(value: Value, divisor: Value, { budget }: Runtime): Value {
  return binary('%', value, divisor, budget, () => null);
}

const equal = comparing((value, other, { budget }) => equals(value, other, budget));
const unequal = comparing((value, other, { budget }) => !equals(value, other, budget));
const less = ordering(order => order < 0);
const atMost = ordering(order => order <= 0);
const greater = ordering(order => order > 0);
const atLeast = ordering(order => order >= 0);

function isSequence(value: Value): boolean {
  const hasItems =
    typeof value === 'string' ||
    value instanceof Markup ||
    value instanceof PyList ||
    value instanceof PyTuple ||
    value instanceof PyDict ||
    value instanceof PyRange;
  return hasItems && lengthOf(value) !== undefined;
}

/** Small ints and texts are one and the same object in Python, however they came about. */
function isSame(value: Value, other: Value): boolean {
  if (value instanceof Markup && other instanceof Markup) return value === other;
  if (value instanceof PyTuple && other instanceof PyTuple && value.items.length + other.items.length === 0)
    return true;
  return value === other;
}

/** Jinja's tests. */
export const builtinTests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['boolean', simple(value => typeof value === 'boolean')],
  ['callable', simple(value => value instanceof PyObject && value.isCallable)],
  ['defined', simple(value => !(value instanceof Undefined))],
  [
    'divisibleby',
    (value, args, runtime) => {
      const [divisor = null] = bind('divisibleby', ['num'], args);
      return equals(remainder(value, divisor, runtime), 0n, runtime.budget);
    },
  ],
  ['escaped', simple(value => value instanceof Markup)],
  ['even', simple((value, runtime) => equals(remainder(value, 2n, runtime), 0n, runtime.budget))],
  ['false', simple(value => value === false)],
  ['filter', simple((value, runtime) => runtime.hasFilter(str(value, runtime.budget)))],
  ['float', simple(value => typeof value === 'number')],
  ['in', (value, args, { budget }) => contains(bind('in', ['seq'], args)[0] ?? null, value, budget)],
  ['integer', simple(value => typeof value === 'bigint')],
  [
    'iterable',
    simple((value, { budget }) => value instanceof PyIterator || tryIterate(value, budget) !== undefined),
  ],
  ['lower', simple((value, { budget }) => isLowerCase(str(value, budget)))],
  ['mapping', simple(value => value instanceof PyDict)],
  ['none', simple(value => value === null)],
  [
    'number',
    simple(value => typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'),
  ],
  ['odd', simple((value, runtime) => equals(remainder(value, 2n, runtime), 1n, runtime.budget))],
  ['sameas', (value, args) => isSame(value, bind('sameas', ['other'], args)[0] ?? null)],
  ['sequence', simple(isSequence)],
  ['string', simple(value => typeof value === 'string' || value instanceof Markup)],
  ['test', simple((value, runtime) => runtime.hasTest(str(value, runtime.budget)))],
  ['true', simple(value => value === true)],
  ['undefined', simple(value => value instanceof Undefined)],
  ['upper', simple((value, { budget }) => isUpperCase(str(value, budget)))],
  ['==', equal],
  ['eq', equal],
  ['equalto', equal],
  ['!=', unequal],
  ['ne', unequal],
  ['<', less],
  ['lt', less],
  ['lessthan', less],
  ['<=', atMost],
  ['le', atMost],
  ['>', greater],
  ['gt', greater],
  ['greaterthan', greater],
  ['>=', atLeast],
  ['ge', atLeast],
]);
