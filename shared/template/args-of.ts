import type { ArgNodes, Expr } from './ast.ts';
import type { Budget } from './budget.ts';
import { PyDict } from './dict.ts';
import { iterate } from './protocol.ts';
import { undefinedFault } from './repr.ts';
import { type Args, noArgs } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { Undefined, type Value } from './value.ts';

/** argsOf evaluates the arguments of a call, with what `*` and `**` stand for. Throws a Fault. */
export function argsOf(nodes: ArgNodes, evaluate: (node: Expr) => Value, budget: Budget): Args {
  const { star, doubleStar } = nodes;
  if (nodes.positional.length === 0 && nodes.named.length === 0 && !star && !doubleStar) return noArgs;
  const positional = nodes.positional.map(evaluate);
  if (star !== undefined) {
    for (const value of iterate(evaluate(star), budget)) positional.push(value);
  }
  const named = new Map(nodes.named.map(([name, node]) => [name, evaluate(node)]));
  if (doubleStar !== undefined) addNamed(named, evaluate(doubleStar));
  return { positional, named };
}

/** dictOf evaluates the pairs of a dict that is written out. Throws a Fault. */
export function dictOf(pairs: readonly (readonly [Expr, Expr])[], evaluate: (node: Expr) => Value): PyDict {
  const dict = new PyDict();
  for (const [keyNode, valueNode] of pairs) {
    const key = evaluate(keyNode);
    dict.set(key, evaluate(valueNode));
  }
  return dict;
}

function addNamed(named: Map<string, Value>, more: Value): void {
  if (more instanceof Undefined) throw undefinedFault(more);
  if (!(more instanceof PyDict)) throw runtimeFault('** needs a dict');
  for (const [key, value] of more.entries()) {
    if (typeof key !== 'string') throw runtimeFault('** needs a dict whose keys are texts');
    if (named.has(key)) throw runtimeFault(`the argument ${key} is given twice`);
    named.set(key, value);
  }
}
