import type { Expr } from '../template/ast.ts';
import { parseTemplate, type Template } from '../template/template.ts';
import { TemplateError } from '../template/template-error.ts';
import { decodeJson } from './json.ts';

/**
 * readLiteral reads text that a template has left as data: JSON, or a literal as Python writes it (`True`, `{'a': None}`), which is
 * what a template prints of a value that is no text. Undefined for anything else, and for data that a task may not hold.
 */
export function readLiteral(text: string): unknown {
  const asJson = decodeJson(Buffer.from(text));
  if (asJson.value !== undefined) return asJson.problems.length === 0 ? asJson.value : undefined;
  const template = templateOf(text);
  const [printed, ...rest] = template?.body ?? [];
  if (printed?.type !== 'print' || rest.length > 0) return undefined;
  const literal = literalOf(printed.expr);
  if (literal === undefined) return undefined;
  const { value, problems } = decodeJson(Buffer.from(JSON.stringify(literal)));
  return problems.length === 0 ? value : undefined;
}

/** The text in a tag of Jinja's, whose literals are Python's. It is only read, never rendered. */
function templateOf(text: string): Template | undefined {
  try {
    return parseTemplate(`{{ ${text} }}`);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function literalOf(expr: Expr): unknown {
  switch (expr.type) {
    case 'const':
      return typeof expr.value === 'bigint' ? Number(expr.value) : expr.value;
    case 'sign': {
      const operand = literalOf(expr.operand);
      if (typeof operand !== 'number') return undefined;
      return expr.isNegative ? -operand : operand;
    }
    case 'list':
    case 'tuple': {
      const items = expr.items.map(literalOf);
      return items.includes(undefined) ? undefined : items;
    }
    case 'dict': {
      const pairs = expr.pairs.map(([key, value]): [unknown, unknown] => [literalOf(key), literalOf(value)]);
      const isData = pairs.every(([key, value]) => typeof key === 'string' && value !== undefined);
      return isData ? Object.fromEntries(pairs) : undefined;
    }
    default:
      return undefined;
  }
}
