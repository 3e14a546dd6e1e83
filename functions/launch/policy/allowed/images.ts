import type { Policy } from '../../../../shared/policy.ts';
import { imageReference } from '../../../../shared/task/name-rules.ts';
import { objectIn, stringIn } from '../../../../shared/task/raw.ts';
import { matchesImage } from '../image-pattern.ts';
import type { Finding, PodView } from '../pod-view.ts';
import { notAllowed } from './not-allowed.ts';

/** imageFindings refuses images that no pattern covers: of every container, and of volumes that are made of an image. */
export function imageFindings(pod: PodView, { images: patterns }: Policy): Finding[] {
  if (patterns === undefined) return [];
  const images = [
    ...pod.containers.map(({ path, value }) => ({ at: `${path}.image`, image: stringIn(value, 'image') })),
    ...pod.volumes.flatMap(volume => {
      const source = objectIn(volume, 'image');
      return source === undefined
        ? []
        : [{ at: `${source.path}.reference`, image: stringIn(source.value, 'reference') }];
    }),
  ];
  return images.flatMap(({ at, image }): Finding[] => {
    if (image === undefined || imageReference(image) !== undefined) return [];
    if (patterns.some(pattern => matchesImage(pattern, image))) return [];
    return [{ at, message: notAllowed(image, 'TASKPOD_IMAGES', patterns) }];
  });
}
