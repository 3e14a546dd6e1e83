import { isAbort } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/time.ts';

/** What ending a sidecar needs of it. */
interface Sidecar {
  terminate(graceMs: number): Promise<void>;
}

/** However late its turn comes, a sidecar gets this long between SIGTERM and SIGKILL. */
const shortestSidecarGraceMs = 2_000;

/**
 * endSidecars ends native sidecars in the reverse of their order: each gets SIGTERM when the main containers and the
 * sidecars after it have ended, or when the grace is used up; what it waited is taken off its own grace.
 * Source: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go in kubernetes/kubernetes.
 */
export async function endSidecars(
  sidecars: readonly Sidecar[],
  mainsEnded: Promise<void>,
  graceMs: number,
  clock: Clock,
): Promise<void> {
  const deadline = clock.monotonicMs() + graceMs;
  const left = (): number => Math.max(0, deadline - clock.monotonicMs());
  const waitForTurn = async (earlier: Promise<void>): Promise<void> => {
    const turn = new AbortController();
    void earlier.then(() => turn.abort());
    await clock.sleep(left(), turn.signal).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  };
  let earlier = mainsEnded;
  const ends: Promise<void>[] = [];
  for (const sidecar of [...sidecars].reverse()) {
    const before = earlier;
    const end = waitForTurn(before).then(() => sidecar.terminate(Math.max(shortestSidecarGraceMs, left())));
    ends.push(end);
    earlier = Promise.all([before, end]).then(() => undefined);
  }
  await Promise.all(ends);
}
