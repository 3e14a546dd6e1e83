import { z } from 'zod';

/** The answer of `getIamPolicy`. https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
export const policySchema = z.object({
  bindings: z
    .array(
      z.object({
        role: z.string(),
        members: z.array(z.string()).default([]),
        /** A binding with a condition may not hold. */
        condition: z.looseObject({}).optional(),
      }),
    )
    .default([])
    .transform(bindings =>
      bindings
        .filter(({ condition }) => condition === undefined)
        .map(({ role, members }) => ({ role, members })),
    ),
});

/** The answer of `testIamPermissions`; no member where nothing is granted. */
export const grantedSchema = z.object({ permissions: z.array(z.string()).default([]) });
