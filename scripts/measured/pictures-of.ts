import { chaosInjected } from '../pictures/chaos.ts';
import { kpoBeside } from '../pictures/kpo.ts';
import { loadCpu } from '../pictures/load-cpu.ts';
import { loadMemory } from '../pictures/load-memory.ts';
import { loadRates } from '../pictures/load-rates.ts';
import { loadTimes } from '../pictures/load-times.ts';
import type { Picture } from '../pictures/picture.ts';
import { mainRows } from './load-rows.ts';
import type { Measured } from './read.ts';

/** picturesOf gives the pictures of all that has been measured. */
export function picturesOf({ load, kpo, chaos }: Measured): Picture[] {
  const main = mainRows(load ?? []);
  return [
    ...(main.length > 0 ? [loadTimes, loadRates, loadCpu, loadMemory].map(picture => picture(main)) : []),
    ...(kpo ? [kpoBeside(kpo)] : []),
    ...(chaos.length > 0 ? [chaosInjected(chaos)] : []),
  ];
}
