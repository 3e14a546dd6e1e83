import { renderTypical, typicalTask } from './typical-task.ts';

// Prints the milliseconds of the first rendering in a process.
const began = performance.now();
await renderTypical(typicalTask(''));
console.log(performance.now() - began);
