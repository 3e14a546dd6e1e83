import type { ArgNodes, Expr } from './ast.ts';
import { type Lookup, lookupKey } from './lookup.ts';
import type { Template } from './template.ts';
import { type Node, walk } from './walk.ts';

/** What a template uses, as far as its text tells. */
export interface TemplateUses {
  /** Names that it reads. */
  names: readonly string[];
  /** Variables, connections and XComs; those whose names are computed are not among them. */
  lookups: readonly Lookup[];
}

/** collectLookups finds what a template reads from outside, so that all of it can be fetched at once. Evaluates nothing. */
export function collectLookups(template: Template): TemplateUses {
  const names = new Set<string>();
  const lookups = new Map<string, Lookup>();
  const visit = (node: Node): void => {
    if (node.type === 'name') names.add(node.name);
    for (const lookup of lookupsOf(node)) lookups.set(lookupKey(lookup), lookup);
  };
  for (const statement of template.body) walk(statement, visit);
  return { names: [...names], lookups: [...lookups.values()] };
}

function lookupsOf(node: Node): Lookup[] {
  if (node.type === 'call') return callLookups(node.callee, node.args);
  if (node.type !== 'attr' && node.type !== 'item') return [];
  const key = node.type === 'attr' ? node.name : textOf(node.key);
  return key === undefined || key === 'get' ? [] : keyLookups(node.object, key);
}

/** What `object.key` reads. */
function keyLookups(object: Expr, key: string): Lookup[] {
  if (isVariables(object)) return [{ kind: 'variable', key }];
  return isName(object, 'conn') ? [{ kind: 'connection', id: key }] : [];
}

function callLookups(callee: Expr, args: ArgNodes): Lookup[] {
  if (callee.type !== 'attr') return [];
  if (
    callee.name === 'xcom_pull' &&
    (isName(callee.object, 'ti') || isName(callee.object, 'task_instance'))
  ) {
    return xcomLookups(args);
  }
  const key = callee.name === 'get' ? textOf(args.positional[0]) : undefined;
  return key === undefined ? [] : keyLookups(callee.object, key);
}

function xcomLookups(args: ArgNodes): Lookup[] {
  const named = new Map(args.named);
  const known = new Set(['task_ids', 'key', 'default', 'include_prior_dates']);
  const isPlain = args.star === undefined && args.doubleStar === undefined && args.positional.length < 2;
  if (!isPlain || [...named.keys()].some(name => !known.has(name))) return [];
  const keyNode = named.get('key');
  const key = keyNode === undefined ? 'return_value' : textOf(keyNode);
  const tasks = args.positional[0] ?? named.get('task_ids');
  if (key === undefined) return [];
  if (tasks === undefined) return [{ kind: 'xcom', key }];
  const ids = tasks.type === 'list' || tasks.type === 'tuple' ? tasks.items.map(textOf) : [textOf(tasks)];
  return ids.flatMap(taskId => (taskId === undefined ? [] : [{ kind: 'xcom' as const, key, taskId }]));
}

function isVariables(node: Expr): boolean {
  return (
    node.type === 'attr' && (node.name === 'value' || node.name === 'json') && isName(node.object, 'var')
  );
}

function isName(node: Expr, name: string): boolean {
  return node.type === 'name' && node.name === name;
}

function textOf(node: Expr | undefined): string | undefined {
  return node?.type === 'const' && typeof node.value === 'string' ? node.value : undefined;
}
