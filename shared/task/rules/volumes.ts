import type { Problem } from '../../errors.ts';
import { xcomMountPath, xcomVolume } from '../../pod-words.ts';
import { didYouMean } from '../did-you-mean.ts';
import { pathPart } from '../json.ts';
import { dnsLabel } from '../name-rules.ts';
import { isRecord, type Located, objectsIn, stringIn } from '../raw.ts';

/** volumeProblems checks volumes and every container's mounts: names, one source each, no mount without a volume or over another. */
export function volumeProblems(task: Record<string, unknown>): Problem[] {
  const wantsXcom = task.do_xcom_push === true;
  const hasXcomVolume = wantsXcom && task.xcom_transport !== 'termination_message';
  const names = new Set(hasXcomVolume ? [xcomVolume] : []);
  const problems = objectsIn(task.volumes, 'volumes').flatMap(volume =>
    oneVolume(volume, names, hasXcomVolume),
  );
  const inits = objectsIn(task.init_containers, 'init_containers');
  return [
    ...problems,
    ...mountProblems(objectsIn(task.volume_mounts, 'volume_mounts'), names, wantsXcom),
    ...inits.flatMap(init =>
      mountProblems(objectsIn(init.value.volumeMounts, `${init.path}.volumeMounts`), names, false),
    ),
  ];
}

/** Adds the volume's name to those that are taken. */
function oneVolume({ path, value }: Located, taken: Set<string>, hasXcomVolume: boolean): Problem[] {
  const name = stringIn(value, 'name');
  const problems: Problem[] = [];
  const message = name === undefined ? undefined : dnsLabel(name);
  if (message !== undefined) problems.push({ path: `${path}.name`, message });
  if (name !== undefined && taken.has(name)) {
    const whose = hasXcomVolume && name === xcomVolume ? 'the XCom volume' : 'another volume';
    problems.push({ path: `${path}.name`, message: `is the name of ${whose}: choose another` });
  }
  if (name !== undefined) taken.add(name);
  const sources = Object.keys(value).filter(key => isRecord(value[key]));
  if (sources.length > 1) {
    const listed = sources.map(pathPart).join(', ');
    problems.push({ path, message: `has more than one source (${listed}): keep one` });
  }
  return problems;
}

function mountProblems(mounts: readonly Located[], volumes: ReadonlySet<string>, isBaseWithXcom: boolean) {
  const paths = new Set(isBaseWithXcom ? [xcomMountPath] : []);
  const known = [...volumes];
  return mounts.flatMap(({ path, value }): Problem[] => {
    const problems: Problem[] = [];
    const name = stringIn(value, 'name');
    const mountPath = stringIn(value, 'mountPath');
    if (name !== undefined && !volumes.has(name)) {
      const hint = didYouMean(name, known) || ': add it to volumes';
      problems.push({ path: `${path}.name`, message: `names no volume of this task${hint}` });
    }
    if (mountPath !== undefined) {
      const message = pathProblem(mountPath, paths, isBaseWithXcom);
      paths.add(plainPath(mountPath));
      if (message !== undefined) problems.push({ path: `${path}.mountPath`, message });
    }
    if (/^\/|(^|\/)\.\.(\/|$)/.test(stringIn(value, 'subPath') ?? '')) {
      problems.push({ path: `${path}.subPath`, message: 'must be a relative path without ".."' });
    }
    return problems;
  });
}

function pathProblem(mountPath: string, taken: ReadonlySet<string>, hasXcom: boolean): string | undefined {
  if (mountPath === '' || mountPath.includes(':')) return 'must be a path, without ":"';
  const plain = plainPath(mountPath);
  if (!taken.has(plain)) return undefined;
  if (hasXcom && plain === xcomMountPath) {
    return 'is where the XCom value goes: mount elsewhere, or leave do_xcom_push out';
  }
  return 'is the mount path of another volume: choose another';
}

function plainPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}
