import { setTimeout as sleep } from 'node:timers/promises';
import { parseAttemptObject, rejectedObject } from '../../../shared/object-names.ts';
import { formatRun, type RunKey } from '../../../shared/run.ts';
import type { World } from '../world/world.ts';

/** Leases become stale within this time, markers old enough, and messages come again. */
const settleMs = 240_000;
const lookMs = 2_000;
/** So many looks in a row have to find nothing, because work may be on its way from one place to another. */
const looks = 3;

/** What has to come to its end. */
export interface Published {
  runs: readonly RunKey[];
  /** Ids of messages that name no run. */
  strays: readonly string[];
}

/** settle waits until everything has come to its end; gives what is left when the time is up. */
export async function settle(
  world: World,
  published: Published,
  tell: (text: string) => void,
): Promise<string[]> {
  const end = performance.now() + settleMs;
  let said = '';
  for (let quiet = 0; ; ) {
    const left = await unsettled(world, published);
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (quiet === looks || performance.now() > end) return left;
    const text = left.join(', ') || 'nothing is left';
    if (text !== said) tell(text);
    said = text;
    await sleep(lookMs);
  }
}

async function unsettled({ deployment, services }: World, { runs, strays }: Published): Promise<string[]> {
  const left: string[] = [];
  for (const [name, { front }] of Object.entries(services))
    if (front.inFlight > 0) left.push(`${front.inFlight} pushes to ${name}`);
  const names = (await deployment.bucket.list()).map(object => object.name);
  const ended = new Set(
    names
      .map(parseAttemptObject)
      .flatMap(found => (found?.rest === 'outcome.json' ? [formatRun(found.attempt)] : [])),
  );
  const missing = runs.map(formatRun).filter(run => !ended.has(run));
  if (missing.length > 0) left.push(`${missing.length} runs without an outcome (${missing[0]})`);
  const unfiled = strays.filter(id => !names.includes(rejectedObject(id)));
  if (unfiled.length > 0) left.push(`${unfiled.length} messages that are not rejected (${unfiled[0]})`);
  for (const prefix of ['open/', 'leases/']) {
    const count = names.filter(name => name.startsWith(prefix)).length;
    if (count > 0) left.push(`${count} objects in ${prefix}`);
  }
  return left;
}
