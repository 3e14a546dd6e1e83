import { xcomMountPath } from '../../../../shared/pod-words.ts';
import { didYouMean } from '../../../../shared/task/did-you-mean.ts';
import { objectsIn, stringIn } from '../../../../shared/task/raw.ts';
import { type Finding, layerParameters, type PodView } from '../pod-view.ts';

/**
 * mountFindings checks every container's mounts: each of a volume that is there, at a path of its own. `wantsXcom` tells that the
 * main container hands over a value, by whichever transport.
 */
export function mountFindings(pod: PodView, wantsXcom: boolean): Finding[] {
  const volumes = pod.volumes.flatMap(({ value }) => stringIn(value, 'name') ?? []);
  return pod.containers.flatMap(container => {
    const { path, value, isBase } = container;
    const xcomPath = isBase && wantsXcom ? xcomMountPath : undefined;
    const taken = new Set(xcomPath === undefined ? [] : [xcomPath]);
    return objectsIn(value.volumeMounts, `${path}.volumeMounts`).flatMap(mount => {
      const mountPath = stringIn(mount.value, 'mountPath');
      // Taskpod's own mount, which has that place.
      if (pod.isOwn(`${mount.path}.mountPath`)) return [];
      const pathMessage = mountPath === undefined ? undefined : pathProblem(mountPath, taken, xcomPath);
      if (mountPath !== undefined) taken.add(plainPath(mountPath));
      return [
        ...nameFindings(mount.path, stringIn(mount.value, 'name'), volumes),
        ...(pathMessage === undefined ? [] : [{ at: `${mount.path}.mountPath`, message: pathMessage }]),
        ...(['subPath', 'subPathExpr'] as const).flatMap(field =>
          isInside(stringIn(mount.value, field) ?? '')
            ? []
            : [{ at: `${mount.path}.${field}`, message: 'must be a relative path without ".."' }],
        ),
      ];
    });
  });
}

function nameFindings(path: string, name: string | undefined, volumes: readonly string[]): Finding[] {
  if (name === undefined || volumes.includes(name)) return [];
  const hint = didYouMean(name, volumes) || ': add it to volumes';
  const needs = [...layerParameters, 'volumes', 'secrets'] as const;
  return [{ at: `${path}.name`, message: `names no volume of this task${hint}`, needs }];
}

function pathProblem(
  mountPath: string,
  taken: ReadonlySet<string>,
  xcomPath: string | undefined,
): string | undefined {
  if (mountPath === '' || mountPath.includes(':')) return 'must be a path, without ":"';
  const plain = plainPath(mountPath);
  if (!taken.has(plain)) return undefined;
  if (plain === xcomPath) {
    return 'is where the XCom value goes: mount elsewhere, or leave do_xcom_push out';
  }
  return 'is the mount path of another volume: choose another';
}

function isInside(subPath: string): boolean {
  return !/^\/|(^|\/)\.\.(\/|$)/.test(subPath);
}

function plainPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}
