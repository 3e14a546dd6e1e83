import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOutputs, readVariables } from './terraform-blocks.ts';

const begin = '<!-- made by "npm run terraform:tables"; do not edit -->';

/** The modules' folders below this repository; each has variables.tf, outputs.tf and README.md. */
export function moduleFolders(root: string): string[] {
  const modules = join(root, 'terraform', 'modules');
  return readdirSync(modules)
    .filter(name => readdirSync(join(modules, name)).includes('variables.tf'))
    .map(name => join(modules, name));
}

/** withTables is a module's README.md with the tables of its inputs and outputs as its last part, in place of the old ones. */
export function withTables(readme: string, variablesFile: string, outputsFile: string): string {
  const own = readme.split(begin)[0] ?? '';
  const inputs = readVariables(variablesFile).map(variable => [
    code(variable.name),
    code(variable.type),
    variable.default === undefined ? 'required' : code(variable.default),
    variable.description,
  ]);
  const outputs = readOutputs(outputsFile).map(({ name, description }) => [code(name), description]);
  return [
    `${own.trimEnd()}\n`,
    begin,
    '## Inputs',
    table(['input', 'type', 'default', 'meaning'], inputs),
    '## Outputs',
    `${table(['output', 'meaning'], outputs)}`,
  ].join('\n');
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('');
}

function code(text: string): string {
  return `\`${text}\``;
}

function main(root: string): void {
  for (const folder of moduleFolders(root)) {
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    writeFileSync(
      join(folder, 'README.md'),
      withTables(read('README.md'), read('variables.tf'), read('outputs.tf')),
    );
  }
}

if (import.meta.main) main(join(import.meta.dirname, '..'));
