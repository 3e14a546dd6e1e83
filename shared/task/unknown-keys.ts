import type { Problem } from '../errors.ts';
import { catalogue, isTaken } from './catalogue/catalogue.ts';
import type { Parameter } from './catalogue/parameter.ts';
import { closestName } from './did-you-mean.ts';
import { pathPart } from './json.ts';

/** Kubernetes' or docker's word for what KubernetesPodOperator calls otherwise, too far apart for a likeness of letters. */
const otherWords: Record<string, string> = {
  args: 'arguments',
  command: 'cmds',
  env: 'env_vars',
  resources: 'container_resources',
};

/** Where an editor finds schema/task.schema.json; nothing else looks at it. */
const editorKey = '$schema';

/** What is said of the keys of a task: with problems it is refused, with warnings it runs. */
interface KeysRead {
  problems: Problem[];
  warnings: Problem[];
}

/**
 * readKeys finds the keys of a task that are no parameter, or have no effect, and says what is meant or what to do instead. Any
 * parameter of Airflow's may be there with null, which is Airflow's None.
 */
export function readKeys(task: Record<string, unknown>, known: readonly string[]): KeysRead {
  const read: KeysRead = { problems: [], warnings: [] };
  for (const [key, value] of Object.entries(task)) {
    if (key === editorKey) continue;
    const parameter = known.includes(key) ? catalogue.get(key) : refusedOf(key);
    if (parameter === undefined && known.includes(key)) continue;
    const effect = parameter === undefined ? 'error' : effectOf(parameter, value);
    if (effect === undefined) continue;
    const message = parameter === undefined ? unknownKey(key, known) : messageOf(parameter);
    (effect === 'error' ? read.problems : read.warnings).push({ path: pathPart(key), message });
  }
  return read;
}

function refusedOf(key: string): Parameter | undefined {
  const parameter = catalogue.get(key);
  return parameter === undefined || isTaken(parameter) ? undefined : parameter;
}

function effectOf(parameter: Parameter, value: unknown): 'error' | 'warning' | undefined {
  if (value === null) return undefined;
  if (isTaken(parameter)) return parameter.warnsOf.includes(value) ? 'warning' : undefined;
  return parameter.harmless.includes(value) ? undefined : parameter.effect;
}

function messageOf(parameter: Parameter): string {
  if (isTaken(parameter)) return `has no effect. ${parameter.difference}`;
  return `${parameter.effect === 'error' ? 'is not taken' : 'has no effect'}. ${parameter.instead}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = Object.hasOwn(otherWords, key) ? otherWords[key] : closestName(key, known);
  if (meant !== undefined) return `is not a parameter; did you mean "${meant}"?`;
  const other = closestName(
    key,
    [...catalogue.keys()].filter(name => refusedOf(name) !== undefined),
  );
  const parameter = other === undefined ? undefined : refusedOf(other);
  if (parameter !== undefined) return `is not a parameter; "${other}" ${messageOf(parameter)}`;
  return 'is not a parameter: remove it (docs/parameters.md lists them)';
}
