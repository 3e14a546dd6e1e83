import { textOf } from './arguments.ts';
import type { Expr, MacroNode, Statement, Target } from './ast.ts';
import type { Budget } from './budget.ts';
import type { Evaluator } from './evaluator.ts';
import { Namespace } from './globals.ts';
import { LoopContext } from './loop.ts';
import { Macro, type MacroBinding } from './macro.ts';
import { iterate, toArray } from './protocol.ts';
import { str } from './repr.ts';
import { Scope } from './scope.ts';
import { runtimeFault } from './template-error.ts';
import { Undefined, type Value } from './value.ts';

type ForNode = Extract<Statement, { type: 'for' }>;

/** Text that a body has printed so far. */
class Output {
  readonly #parts: string[] = [];
  readonly #budget: Budget;
  #length = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  put(text: string): void {
    this.#length += text.length;
    this.#budget.output(this.#length);
    this.#budget.text(text.length);
    this.#parts.push(text);
  }

  text(): string {
    return this.#parts.join('');
  }
}

/** Runs the statements of a template. Throws a Fault. */
export class BodyRunner {
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** Renders a body to text, with names of its own. */
  render(body: readonly Statement[], scope: Scope): string {
    const output = new Output(this.#evaluator.budget);
    this.#run(body, scope, output);
    return output.text();
  }

  #run(body: readonly Statement[], scope: Scope, output: Output): void {
    for (const statement of body) {
      if (statement.type === 'data') {
        output.put(statement.text);
        continue;
      }
      this.#evaluator.budget.spend();
      this.#evaluator.budget.enter();
      this.#runOne(statement, scope, output);
      this.#evaluator.budget.leave();
    }
  }

  #runOne(node: Exclude<Statement, { type: 'data' }>, scope: Scope, output: Output): void {
    const { budget } = this.#evaluator;
    switch (node.type) {
      case 'print': {
        const value = this.#evaluator.evaluate(node.expr, scope);
        this.#evaluator.at = node.at;
        output.put(str(value, budget));
        return;
      }
      case 'do':
        this.#evaluator.evaluate(node.expr, scope);
        return;
      case 'if': {
        const taken = node.branches.find(({ test }) => this.#evaluator.isTrue(test, scope));
        this.#run(taken?.body ?? node.otherwise, scope, output);
        return;
      }
      case 'for':
        this.#loop(node, this.#evaluator.evaluate(node.iterable, scope), scope, output, 0);
        return;
      case 'set':
        this.#assign(node.target, this.#evaluator.evaluate(node.value, scope), scope);
        return;
      case 'set_block': {
        const inner = new Scope(scope);
        const text = this.render(node.body, inner);
        const value = node.filter === undefined ? text : this.#evaluator.filterNode(node.filter, inner, text);
        this.#assign(node.target, value, scope);
        return;
      }
      case 'macro':
        scope.set(node.name, this.#macro(node, scope));
        return;
      case 'call_block': {
        const value = this.#evaluator.callNode(node.call, scope, this.#macro(node.macro, scope));
        output.put(str(value, budget));
        return;
      }
      case 'filter_block': {
        const inner = new Scope(scope);
        const text = this.render(node.body, inner);
        output.put(this.#filtered(node, this.#evaluator.filterNode(node.filter, inner, text)));
        return;
      }
      case 'with': {
        const inner = new Scope(scope);
        for (const [target, value] of node.pairs) {
          this.#assign(target, this.#evaluator.evaluate(value, scope), inner);
        }
        this.#run(node.body, inner, output);
      }
    }
  }

  /** Jinja takes nothing but text from the filter of a block. */
  #filtered({ filter }: Extract<Statement, { type: 'filter_block' }>, value: Value): string {
    const text = textOf(value);
    if (text === undefined) throw runtimeFault(`the filter ${filter.name} of a block has to give a text`);
    return text;
  }

  #loop(node: ForNode, iterable: Value, scope: Scope, output: Output, depth: number): void {
    this.#evaluator.at = node.iterable.at;
    const elements = iterate(iterable, this.#evaluator.budget);
    const recurse = node.isRecursive
      ? (more: Value, deeper: number): string => {
          const inner = new Output(this.#evaluator.budget);
          this.#evaluator.budget.enter();
          this.#loop(node, more, scope, inner, deeper);
          this.#evaluator.budget.leave();
          return inner.text();
        }
      : undefined;
    const loop = new LoopContext(this.#selected(node, elements, scope), recurse, depth);
    let isEmpty = true;
    for (let element = loop.advance(); element !== undefined; element = loop.advance()) {
      isEmpty = false;
      const inner = new Scope(scope);
      inner.set('loop', loop);
      this.#assign(node.target, element, inner);
      this.#run(node.body, inner, output);
    }
    if (isEmpty) this.#run(node.otherwise, new Scope(scope), output);
  }

  /** The elements for which the loop's condition holds. */
  *#selected(node: ForNode, elements: Iterable<Value>, scope: Scope): Generator<Value> {
    const { test } = node;
    for (const element of elements) {
      if (test !== undefined) {
        const inner = new Scope(scope);
        this.#assign(node.target, element, inner);
        if (!this.#evaluator.isTrue(test, inner)) continue;
      }
      yield element;
    }
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    this.#evaluator.at = target.at;
    if (target.type === 'name') {
      scope.set(target.name, value);
    } else if (target.type === 'attr') {
      const namespace = scope.get(target.name);
      if (!(namespace instanceof Namespace)) {
        throw runtimeFault(
          `${target.name} is no namespace: make it with {% set ${target.name} = namespace() %}`,
        );
      }
      namespace.values.set(target.attribute, value);
    } else {
      const items = toArray(value, this.#evaluator.budget);
      if (items.length !== target.items.length) {
        throw runtimeFault(`expected ${target.items.length} values to unpack, found ${items.length}`);
      }
      target.items.forEach((part, index) => {
        this.#assign(part, items[index] ?? null, scope);
      });
    }
  }

  #macro(node: MacroNode, scope: Scope): Macro {
    return new Macro(node, binding => this.#renderMacro(node, binding, scope));
  }

  #renderMacro(node: MacroNode, binding: MacroBinding, scope: Scope): string {
    const inner = new Scope(scope);
    for (const [name, value] of binding.specials) inner.set(name, value);
    const { names, defaults } = node.parameters;
    names.forEach((name, index) => {
      const given = binding.parameters[index];
      const fallback = defaults[index - (names.length - defaults.length)];
      inner.set(name, given === undefined ? this.#default(fallback, name, node, inner) : given);
    });
    this.#evaluator.budget.enter();
    const text = this.render(node.body, inner);
    this.#evaluator.budget.leave();
    return text;
  }

  #default(fallback: Expr | undefined, name: string, node: MacroNode, scope: Scope): Value {
    if (fallback !== undefined) return this.#evaluator.evaluate(fallback, scope);
    return new Undefined(`the parameter ${name} of the macro ${node.name} is not given`, this.#evaluator.at);
  }
}
