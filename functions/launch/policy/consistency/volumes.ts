import { pathPart } from '../../../../shared/task/json.ts';
import { dnsLabel, imageReference } from '../../../../shared/task/name-rules.ts';
import { objectIn, stringIn } from '../../../../shared/task/raw.ts';
import type { Finding, LocatedVolume, PodView } from '../pod-view.ts';

/** volumeFindings checks the Pod's volumes: a name of its own, one source each, and an image that can be one. */
export function volumeFindings(pod: PodView): Finding[] {
  const taken = new Map<string, LocatedVolume>();
  return pod.volumes.flatMap(volume => {
    const { path, value, isOwn } = volume;
    const name = stringIn(value, 'name');
    const other = name === undefined ? undefined : taken.get(name);
    if (name !== undefined && other === undefined) taken.set(name, volume);
    if (isOwn) return [];
    const message = name === undefined ? undefined : nameProblem(name, other);
    const sources = volumeSources(value);
    const image = stringIn(objectIn(volume, 'image')?.value ?? {}, 'reference');
    const imageMessage = image === undefined ? undefined : imageReference(image);
    return [
      ...(message === undefined ? [] : [{ at: `${path}.name`, message }]),
      ...(imageMessage === undefined ? [] : [{ at: `${path}.image.reference`, message: imageMessage }]),
      ...(sources.length < 2
        ? []
        : [
            {
              at: path,
              message: `has more than one source (${sources.map(pathPart).join(', ')}): keep one`,
            },
          ]),
    ];
  });
}

/** volumeSources lists the kinds of source that a volume names, such as `configMap`; one with none is an `emptyDir`. */
export function volumeSources(volume: Record<string, unknown>): string[] {
  return Object.keys(volume).filter(key => key !== 'name' && (volume[key] ?? undefined) !== undefined);
}

function nameProblem(name: string, other: LocatedVolume | undefined): string | undefined {
  if (other === undefined) return dnsLabel(name);
  return `is the name of ${other.isOwn ? 'the XCom volume' : 'another volume'}: choose another`;
}
