import fc from 'fast-check';

// `npm test -- --runs N`: how many cases each property is tried with.
const runs = process.env['POSX_RUNS'];
if (runs !== undefined) fc.configureGlobal({ numRuns: Number(runs) });
