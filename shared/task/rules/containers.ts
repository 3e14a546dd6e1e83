import type { Problem } from '../../errors.ts';
import { baseContainer, xcomContainer } from '../../pod-words.ts';
import { didYouMean } from '../did-you-mean.ts';
import { pathPart } from '../json.ts';
import { dnsLabel, envName, imageReference, textProblems } from '../name-rules.ts';
import { isRecord, type Located, objectsIn, stringIn } from '../raw.ts';

/** containerProblems checks the environment and the init containers, and that every log that is asked for has its container. */
export function containerProblems(task: Record<string, unknown>): Problem[] {
  const inits = objectsIn(task.init_containers, 'init_containers');
  const initNames = inits.flatMap(init => stringIn(init.value, 'name') ?? []);
  const taken = new Set([baseContainer, xcomContainer]);
  return [
    ...environmentProblems(task.env_vars, 'env_vars'),
    ...inits.flatMap(init => initProblems(init, taken)),
    ...logProblems(task.container_logs, 'container_logs', [baseContainer], initNames),
    ...logProblems(task.init_container_logs, 'init_container_logs', initNames, [baseContainer]),
  ];
}

/** Adds the container's name to those that are taken. */
function initProblems({ path, value }: Located, taken: Set<string>): Problem[] {
  const name = stringIn(value, 'name');
  const problems = [
    ...textProblems(value.name, `${path}.name`, dnsLabel),
    ...textProblems(value.image, `${path}.image`, imageReference),
    ...environmentProblems(value.env, `${path}.env`),
  ];
  if (value.image === undefined) problems.push({ path: `${path}.image`, message: 'is required' });
  if (name !== undefined && taken.has(name)) {
    problems.push({
      path: `${path}.name`,
      message: 'is the name of another container of the Pod: choose another',
    });
  }
  if (name !== undefined) taken.add(name);
  return problems;
}

function environmentProblems(value: unknown, path: string): Problem[] {
  if (isRecord(value)) {
    return Object.keys(value).flatMap(name => textProblems(name, `${path}.${pathPart(name)}`, envName));
  }
  const seen = new Set<string>();
  return objectsIn(value, path).flatMap(variable => {
    const name = stringIn(variable.value, 'name');
    const isTwice = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    const at = `${variable.path}.name`;
    return isTwice
      ? [{ path: at, message: 'is set twice: keep one of them' }]
      : textProblems(name, at, envName);
  });
}

function logProblems(
  value: unknown,
  path: string,
  names: readonly string[],
  others: readonly string[],
): Problem[] {
  const [known, wrongKind] = [new Set(names), new Set(others)];
  const other = path === 'container_logs' ? 'init_container_logs' : 'container_logs';
  const wanted: unknown[] = Array.isArray(value) ? value : [value];
  return wanted.flatMap((name, index) => {
    if (typeof name !== 'string' || known.has(name)) return [];
    const at = Array.isArray(value) ? `${path}.${index}` : path;
    if (wrongKind.has(name)) {
      return [{ path: at, message: `names a container of the other kind: use ${other}` }];
    }
    const hint = didYouMean(name, names) || (names.length === 0 ? ': there is none' : ': remove it');
    return [{ path: at, message: `names no such container of the Pod${hint}` }];
  });
}
