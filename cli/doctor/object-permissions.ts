/** What the command line and the functions do with objects. */
export const objectPermissions = [
  'storage.objects.list',
  'storage.objects.get',
  'storage.objects.create',
  'storage.objects.delete',
] as const;
