import { showPicture } from '../pictures/picture.ts';
import { chaosBlock } from './chaos-block.ts';
import { coldStartGoals, type Goal, goalsTable, loadGoals, logsGoals } from './goals.ts';
import { variantsInWords } from './load-rows.ts';
import { loadTable } from './load-table.ts';
import { coldStartTable, kpoTable, logsTable } from './other-tables.ts';
import { picturesOf } from './pictures-of.ts';
import type { Measured } from './read.ts';

const begin = (name: string): string => `<!-- ${name}: made by "npm run pictures"; do not edit -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;
const anyBlock = /<!-- ([\w-]+): made by "npm run pictures"; do not edit -->\n([\s\S]*?)<!-- end of \1 -->/g;

/** blocksOf gives what stands between a page's marks, by name: pictures and tables; empty where nothing has been measured. */
export function blocksOf(measured: Measured): Record<string, string> {
  const { load, logsMany, coldStart, kpo, chaos } = measured;
  const pictures = picturesOf(measured);
  const show = (...names: string[]): string[] =>
    names.flatMap(name => pictures.filter(picture => picture.name === name).map(showPicture));
  const goals: Goal[] = [
    ...(load ? loadGoals(load) : []),
    ...(logsMany ? logsGoals(logsMany) : []),
    ...(coldStart ? coldStartGoals(coldStart) : []),
  ];
  return {
    'in-short': joined([
      ...(goals.length > 0 ? [goalsTable(goals.filter(({ isFirst }) => isFirst))] : []),
      ...show('load-times'),
    ]),
    load: joined(
      load ? [...show('load-rates', 'load-cpu', 'load-memory'), variantsInWords(load), loadTable(load)] : [],
    ),
    'load-goals': joined(load ? [goalsTable(loadGoals(load))] : []),
    'logs-many': joined(logsMany ? [logsTable(logsMany), goalsTable(logsGoals(logsMany))] : []),
    'cold-start': joined(coldStart ? [coldStartTable(coldStart), goalsTable(coldStartGoals(coldStart))] : []),
    kpo: joined(kpo ? [...show('kpo'), kpoTable(kpo)] : []),
    chaos: joined(chaos.length > 0 ? chaosBlock(chaos, show('chaos-injected')) : []),
  };
}

/** withBlocks is a page with these blocks in place of what it has between its marks; throws for a mark that no block is for. */
export function withBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return page.replaceAll(anyBlock, (_, name: string) => {
    const block = blocks[name];
    if (block === undefined) throw new Error(`there is no block "${name}"`);
    return `${begin(name)}\n${block}${end(name)}`;
  });
}

/** blockNames gives the names of a page's blocks, in their order. */
export function blockNames(page: string): string[] {
  return [...page.matchAll(anyBlock)].flatMap(([, name]) => name ?? []);
}

function joined(parts: readonly string[]): string {
  return parts.map(part => `${part}\n`).join('\n');
}
