import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { attemptFields, attemptFromFields, attemptToFields } from '../../shared/attempt-fields.ts';
import { anyAttempt } from './arbitrary.ts';

const schema = z.object(attemptFields);

describe('the fields of an attempt', () => {
  test('are snake_case', () => {
    expect(attemptToFields({ dagId: 'd', runId: 'r', taskId: 't', mapIndex: 0, tryNumber: 2 })).toEqual({
      dag_id: 'd',
      run_id: 'r',
      task_id: 't',
      map_index: 0,
      try_number: 2,
    });
  });

  test('leave out the map index of a task that is not mapped', () => {
    const fields = attemptToFields({ dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 });
    expect('map_index' in fields).toBe(false);
    expect('mapIndex' in attemptFromFields({ ...fields, map_index: undefined })).toBe(false);
  });

  test('are read back as they were written, through JSON and the schema', () => {
    fc.assert(
      fc.property(anyAttempt, attempt => {
        const stored: unknown = JSON.parse(JSON.stringify(attemptToFields(attempt)));
        expect(attemptFromFields(schema.parse(stored))).toEqual(attempt);
      }),
    );
  });

  test.each([
    ['map_index', 0.5],
    ['try_number', 1.5],
    ['dag_id', 1],
    ['run_id', undefined],
    ['task_id', null],
  ])('refuse %s: %j', (name, value) => {
    const fields = { dag_id: 'd', run_id: 'r', task_id: 't', try_number: 1, [name]: value };
    expect(schema.safeParse(fields).error?.issues.map(issue => issue.path)).toEqual([[name]]);
  });
});
