import { z } from 'zod';
import { leaksIn } from '../../../secrets/planted.ts';
import type { ChaosTask } from '../../tasks/chaos-task.ts';
import type { Violation } from '../evidence.ts';
import type { Case } from '../read-runs.ts';

/** What lies in an attempt's folder when it is over: docs/storage-layout.md. */
const ofAttempt =
  /^(launch|pod|pod\.final|running|return|outcome)\.json$|^logs\/[a-z0-9-]+(\.log|\/\d{6,}\.log)$/;
/** ... of one whose task was never launched. */
const ofClosed = /^(launch|outcome)\.json$/;

/** What is left of work that is done, by the beginning of its name. */
const leftovers = [
  ['open/', 'a marker of an attempt without an outcome is left'],
  ['leases/', 'a lease is left'],
  ['rejected/', 'a message was rejected'],
] as const;

/** ... besides, of one that is to be stopped. */
function wishOf({ fate }: ChaosTask): string | undefined {
  if (fate?.kind === 'cancelled') return 'cancel.json';
  return fate?.kind === 'deadline' && fate.deadline === 'execution' ? 'stop.json' : undefined;
}

/** No marker, no lease, no rejected message but those that name no run, and no object that the storage layout does not know, or has no use for here. */
export function nothingIsLeft({ attempts, others }: Case): Violation[] {
  const rule = 'nothing left';
  const between = attempts.flatMap(({ task, subject, files, closed }) =>
    [...files.keys()]
      .filter(name => !(closed ? ofClosed : ofAttempt).test(name) && (closed || name !== wishOf(task)))
      .map(name => ({ rule, subject, detail: `the object ${name} is left` })),
  );
  const outside = others.map(name => {
    const known = leftovers.find(([prefix]) => name.startsWith(prefix));
    return { rule, subject: name, detail: known?.[1] ?? 'it belongs to no published run' };
  });
  return [...between, ...outside];
}

const podFinalSchema = z.object({
  complete: z.boolean(),
  incomplete_because: z.string().optional(),
  pod: z.object({ spec: z.looseObject({ activeDeadlineSeconds: z.number().optional() }) }),
});

/**
 * Of a failure the Pod is kept as it was last, or its object says why only a part is; I8: it has a deadline that works without us. A
 * cancellation may come when a Pod has failed by itself and that is not written down yet: then the Pod may be gone at the last look, so
 * that only a part of it is kept, and the attempt may be cancelled although there is such a look.
 */
export function podsHadDeadlines({ attempts }: Case): Violation[] {
  return attempts.flatMap(({ subject, files, outcome, isDeleted }) => {
    const bytes = files.get('pod.final.json');
    if (outcome === undefined) return [];
    const rule = 'I8 every Pod has a deadline';
    if (bytes === undefined)
      return outcome.state === 'failed' && !isDeleted
        ? [{ rule, subject, detail: 'there is no pod.final.json' }]
        : [];
    if (!['failed', 'cancelled'].includes(outcome.state) && !isDeleted)
      return [{ rule, subject, detail: `it is ${outcome.state}, and there is a pod.final.json` }];
    const final = podFinalSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    if (!final.success) return [{ rule, subject, detail: 'pod.final.json holds no Pod' }];
    const { complete, incomplete_because, pod } = final.data;
    const isExplained = incomplete_because?.startsWith('The Pod’s manifest could not be read') === true;
    if (!complete && !isDeleted && !isExplained && !files.has('cancel.json'))
      return [{ rule, subject, detail: 'pod.final.json holds a part of the Pod, and does not say why' }];
    if (complete && pod.spec.activeDeadlineSeconds === undefined)
      return [{ rule, subject, detail: 'its Pod had no activeDeadlineSeconds' }];
    return [];
  });
}

/** I9: what was planted in the tasks' environment is nowhere but in the task as it was published. */
export function noSecretLeaves({ evidence }: Case): Violation[] {
  const rule = 'I9 no secret leaves';
  const texts = [
    ...[...evidence.objects]
      .filter(([name]) => !name.endsWith('/launch.json'))
      .map(([name, bytes]) => [name, bytes.toString('utf8')] as const),
    ...evidence.events.map(({ data, attributes }, index) => {
      return [`event ${index + 1}`, `${data} ${JSON.stringify(attributes)}`] as const;
    }),
  ];
  return texts.flatMap(([subject, text]) => {
    const [leak] = leaksIn(text);
    return leak === undefined ? [] : [{ rule, subject, detail: leak }];
  });
}
