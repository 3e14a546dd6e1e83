import { xcomContainer } from '../../../../shared/pod-words.ts';
import { dnsLabel, imageReference } from '../../../../shared/task/name-rules.ts';
import { stringIn } from '../../../../shared/task/raw.ts';
import { type Finding, type LocatedContainer, layerParameters, type PodView } from '../pod-view.ts';

/** containerFindings checks what every container needs: a name of its own and an image. */
export function containerFindings(pod: PodView): Finding[] {
  const taken = new Set([xcomContainer]);
  return pod.containers
    .filter(container => !container.isOwn)
    .flatMap(container => [...nameFindings(container, taken), ...imageFindings(container)]);
}

/** Adds the container's name to those that are taken. */
function nameFindings({ path, value }: LocatedContainer, taken: Set<string>): Finding[] {
  const name = stringIn(value, 'name');
  if (name === undefined) return [];
  const at = `${path}.name`;
  if (taken.has(name)) {
    return [{ at, message: 'is the name of another container of the Pod: choose another' }];
  }
  taken.add(name);
  const message = dnsLabel(name);
  return message === undefined ? [] : [{ at, message }];
}

function imageFindings({ path, value, isBase }: LocatedContainer): Finding[] {
  const at = `${path}.image`;
  const image = stringIn(value, 'image');
  if (image === undefined) {
    return [
      { at, message: 'is required', needs: [...layerParameters, ...(isBase ? (['image'] as const) : [])] },
    ];
  }
  const message = imageReference(image);
  return message === undefined ? [] : [{ at, message }];
}
