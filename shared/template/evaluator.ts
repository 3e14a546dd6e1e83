import { attributeOnly, getAttr, getItem } from './access.ts';
import { argsOf, dictOf } from './args-of.ts';
import { binary, signed } from './arithmetic.ts';
import type { ArgNodes, CallExpr, Expr, FilterExpr } from './ast.ts';

import type { Budget } from './budget.ts';
import type { EvaluatorParts } from './evaluator-parts.ts';
import { holds } from './holds.ts';
import { type Lookup, type LookupAnswer, LookupNeeded } from './lookup.ts';
import { unknownName } from './missing.ts';
import { isTrue } from './protocol.ts';
import { str, undefinedFault } from './repr.ts';
import type { Args, Runtime } from './runtime.ts';
import type { Scope } from './scope.ts';
import { sliceOf } from './slice.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { ElseLess, Markup, Pending, PyList, PyObject, PyTuple, Undefined, type Value } from './value.ts';

/** Evaluates expressions. Throws a Fault; `at` tells where, when the Fault does not. */
export class Evaluator implements Runtime {
  readonly budget: Budget;
  readonly nowMs: number;
  readonly lookup: (wanted: Lookup) => LookupAnswer;
  /** Offset of the node that is evaluated just now. */
  at = 0;
  /** Lookups that were not answered yet; what was rendered without them counts for nothing. */
  readonly needed: Lookup[] = [];
  readonly #parts: EvaluatorParts;

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
    this.budget = parts.budget;
    this.nowMs = parts.nowMs;
    this.lookup = parts.lookup;
  }

  evaluate(node: Expr, scope: Scope): Value {
    this.budget.spend();
    this.budget.enter();
    const value = this.#evaluate(node, scope);
    this.budget.leave();
    return value;
  }

  #evaluate(node: Expr, scope: Scope): Value {
    switch (node.type) {
      case 'const':
        return node.value;
      case 'name':
        return this.#named(node.name, node.at, scope);
      case 'tuple':
        return new PyTuple(node.items.map(item => this.evaluate(item, scope)));
      case 'list':
        return new PyList(node.items.map(item => this.evaluate(item, scope)));
      case 'dict':
        return dictOf(node.pairs, part => this.evaluate(part, scope));
      case 'attr': {
        const object = this.evaluate(node.object, scope);
        this.at = node.at;
        return this.getAttr(object, node.name);
      }
      case 'item':
        return this.#item(node, scope);
      case 'slice':
        throw new Fault('syntax', 'a slice cannot stand here', node.at);
      case 'call':
        return this.callNode(node, scope);
      case 'filter':
        return this.filterNode(node, scope, undefined);
      case 'test': {
        const value = this.evaluate(node.input, scope);
        const args = this.#args(node.args, scope);
        this.at = node.at;
        return this.test(node.name, value, args);
      }
      case 'condition':
        if (this.isTrue(node.test, scope)) return this.evaluate(node.yes, scope);
        if (node.no !== undefined) return this.evaluate(node.no, scope);
        return new ElseLess('the condition is false and there is no else', node.at);
      default:
        return this.#operation(node, scope);
    }
  }

  #operation(
    node: Extract<Expr, { type: 'not' | 'sign' | 'binary' | 'and' | 'or' | 'concat' | 'compare' }>,
    scope: Scope,
  ): Value {
    switch (node.type) {
      case 'not':
        return !this.isTrue(node.operand, scope);
      case 'sign': {
        const value = this.evaluate(node.operand, scope);
        this.at = node.at;
        return signed(value, node.isNegative);
      }
      case 'and':
      case 'or': {
        const left = this.evaluate(node.left, scope);
        this.at = node.at;
        return isTrue(left) === (node.type === 'and') ? this.evaluate(node.right, scope) : left;
      }
      case 'binary': {
        const left = this.evaluate(node.left, scope);
        const right = this.evaluate(node.right, scope);
        this.at = node.at;
        return binary(node.operator, left, right, this.budget, (object, key) => this.getItem(object, key));
      }
      case 'concat': {
        const parts = node.parts.map(part => str(this.evaluate(part, scope), this.budget));
        this.at = node.at;
        this.budget.text(parts.reduce((sum, part) => sum + part.length, 0));
        return parts.join('');
      }
      case 'compare':
        return this.#compare(node, scope);
    }
  }

  /** Whether an expression holds. */
  isTrue(node: Expr, scope: Scope): boolean {
    const value = this.evaluate(node, scope);
    this.at = node.at;
    return isTrue(value);
  }

  #compare(node: Extract<Expr, { type: 'compare' }>, scope: Scope): Value {
    let left = this.evaluate(node.first, scope);
    for (const [operator, operand] of node.rest) {
      const right = this.evaluate(operand, scope);
      this.at = node.at;
      this.budget.look(left, right);
      if (!holds(operator, left, right, this.budget)) return false;
      left = right;
    }
    return true;
  }

  #item(node: Extract<Expr, { type: 'item' }>, scope: Scope): Value {
    const object = this.evaluate(node.object, scope);
    const { key } = node;
    if (key.type !== 'slice') {
      const given = this.evaluate(key, scope);
      this.at = node.at;
      return this.#orPending(() => getItem(object, given, this, key.type !== 'const'));
    }
    const part = (expr: Expr | undefined): Value | undefined =>
      expr === undefined ? undefined : this.evaluate(expr, scope);
    const parts = { start: part(key.start), stop: part(key.stop), step: part(key.step) };
    this.at = node.at;
    return sliceOf(object, parts, this.budget);
  }

  #args(nodes: ArgNodes, scope: Scope): Args {
    return argsOf(nodes, node => this.evaluate(node, scope), this.budget);
  }

  /** Calls what a node names; `caller` is the body of a call block. */
  callNode(node: CallExpr, scope: Scope, caller?: Value): Value {
    const callee = this.evaluate(node.callee, scope);
    const given = this.#args(node.args, scope);
    this.at = node.at;
    if (caller === undefined) return this.call(callee, given);
    return this.call(callee, { ...given, named: new Map([...given.named, ['caller', caller]]) });
  }

  /** Applies a filter; `block` is the text of a filter block, which stands before the first one. */
  filterNode(node: FilterExpr, scope: Scope, block: string | undefined): Value {
    const input =
      node.input === undefined
        ? (block ?? '')
        : node.input.type === 'filter' && block !== undefined
          ? this.filterNode(node.input, scope, block)
          : this.evaluate(node.input, scope);
    const args = this.#args(node.args, scope);
    this.at = node.at;
    return this.filter(node.name, input, args);
  }

  call(callee: Value, args: Args): Value {
    this.budget.spend();
    if (callee instanceof Pending) return callee;
    if (callee instanceof Undefined) throw undefinedFault(callee);
    return this.#orPending(() => {
      const answer = callee instanceof PyObject ? callee.call(args, this) : undefined;
      if (answer === undefined) throw runtimeFault(`a value of type ${typeName(callee)} cannot be called`);
      return answer;
    });
  }

  filter(name: string, value: Value, args: Args): Value {
    const filter = this.#parts.filters.get(name);
    if (filter === undefined) throw runtimeFault(`there is no filter ${name}`);
    this.budget.spend();
    this.budget.look(value instanceof Markup ? value.text : value, ...args.positional);
    return filter(value, args, this, name);
  }

  test(name: string, value: Value, args: Args): boolean {
    const test = this.#parts.tests.get(name);
    if (test === undefined) throw runtimeFault(`there is no test ${name}`);
    this.budget.spend();
    this.budget.look(value instanceof Markup ? value.text : value, ...args.positional);
    return test(value, args, this, name);
  }

  hasFilter(name: string): boolean {
    return this.#parts.filters.has(name);
  }

  hasTest(name: string): boolean {
    return this.#parts.tests.has(name);
  }

  getAttr(object: Value, name: string): Value {
    return this.#orPending(() => getAttr(object, name, this));
  }

  attributeOnly(object: Value, name: string): Value {
    return this.#orPending(() => attributeOnly(object, name, this));
  }

  getItem(object: Value, key: Value): Value {
    return this.#orPending(() => getItem(object, key, this));
  }

  /** What needs an answer goes on without it, to find out what else is needed. */
  #orPending(step: () => Value): Value {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof LookupNeeded)) throw error;
      this.needed.push(...error.wanted);
      return new Pending('is not known yet', this.at);
    }
  }

  missing(reason: string): Undefined {
    return new Undefined(reason, this.at);
  }

  #named(name: string, at: number, scope: Scope): Value {
    const value = scope.get(name);
    if (value !== undefined) return value;
    return unknownName(name, at, scope, this.#parts.context);
  }
}
