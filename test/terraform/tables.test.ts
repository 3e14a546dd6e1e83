import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOutputs, readVariables } from '../../scripts/terraform-blocks.ts';
import { moduleFolders, withTables } from '../../scripts/terraform-tables.ts';

const root = join(import.meta.dirname, '..', '..');

describe.each(moduleFolders(root))('%s', folder => {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

  test(`${basename(folder)}/README.md has the tables of its inputs and outputs`, () => {
    expect(read('README.md')).toBe(withTables(read('README.md'), read('variables.tf'), read('outputs.tf')));
  });

  test('variables and outputs are in the order of the alphabet, and none is overlooked', () => {
    for (const [file, names, kind] of [
      ['variables.tf', readVariables(read('variables.tf')).map(({ name }) => name), 'variable'],
      ['outputs.tf', readOutputs(read('outputs.tf')).map(({ name }) => name), 'output'],
    ] as const) {
      expect(names).toEqual(names.toSorted());
      expect(names).toHaveLength(read(file).split(`${kind} "`).length - 1);
    }
  });
});

test('reads types and defaults of several lines as one', () => {
  const file = `
variable "launch" {
  description = "Size of \\"launch\\"."
  type = object({
    cpu  = optional(string, "1")
    tags = optional(list(object({
      key = string
    })), [])
  })
  default  = {}
  nullable = false
}

variable "limits" {
  description = "Limits."
  type        = map(string)
  default = {
    pods = "500"
  }
}

variable "region" {
  type        = string
  description = "Region."
}
`;
  expect(readVariables(file)).toEqual([
    {
      name: 'launch',
      type: 'object({ cpu = optional(string, "1"), tags = optional(list(object({ key = string })), []) })',
      default: '{}',
      description: 'Size of "launch".',
    },
    { name: 'limits', type: 'map(string)', default: '{ pods = "500" }', description: 'Limits.' },
    { name: 'region', type: 'string', default: undefined, description: 'Region.' },
  ]);
});

test.each([
  ['variable "a" {\n  type = string\n}\n', '"a" has no description'],
  ['variable "a" {\n  description = "A."\n}\n', '"a" has no type'],
  [
    'variable "a" {\n  type        = string\n  description = <<-EOT\n    A.\n  EOT\n}\n',
    'the description of "a" must be one line of plain text',
  ],
])('refuses %j', (file, message) => {
  expect(() => readVariables(file)).toThrow(message);
});
