import type { Policy } from '../../../../shared/policy.ts';
import { volumeSources } from '../consistency/volumes.ts';
import type { Finding, PodView } from '../pod-view.ts';
import { notAllowed } from './not-allowed.ts';

/**
 * volumeKindFindings refuses kinds of volumes that are not listed. Without a list every kind passes but `hostPath`, which must be
 * listed even where Pod Security lets it pass.
 */
export function volumeKindFindings(pod: PodView, { podSecurity, volumes }: Policy): Finding[] {
  return pod.volumes
    .filter(volume => !volume.isOwn)
    .flatMap(({ path, value }) => {
      const given = volumeSources(value);
      // Kubernetes makes an emptyDir of a volume without a source.
      const kinds = given.length === 0 ? ['emptyDir'] : given;
      return kinds.flatMap((kind): Finding[] => {
        const at = `${path}.${kind}`;
        if (volumes !== undefined) {
          return volumes.includes(kind)
            ? []
            : [{ at, message: notAllowed(kind, 'TASKPOD_VOLUMES', volumes) }];
        }
        if (kind !== 'hostPath' || podSecurity !== 'privileged') return [];
        return [
          {
            at,
            message: 'is not allowed here: use another kind of volume, or have it added to TASKPOD_VOLUMES',
          },
        ];
      });
    });
}
