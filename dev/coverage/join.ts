import type { CoverageMap, FileCoverage, FileCoverageData } from '@vitest/istanbul-lib-coverage';

type Range = FileCoverageData['statementMap'][string];

/**
 * Adds what ran in a Worker to what ran in the test runner. What there is to cover is what the runner found in the
 * sources: a bundle has statements of its own, which always run, and lacks what no Worker uses.
 */
export function addHits(coverage: CoverageMap, worker: CoverageMap): void {
  const measured = new Set(worker.files());
  for (const path of coverage.files()) {
    if (measured.has(path)) addFileHits(coverage.fileCoverageFor(path).data, worker.fileCoverageFor(path));
  }
}

function addFileHits({ statementMap, s, fnMap, f, branchMap, b }: FileCoverageData, ran: FileCoverage): void {
  const lines = ran.getLineCoverage();
  const statements = hitsByStart(ran.statementMap, ran.s);
  for (const [id, range] of Object.entries(statementMap)) {
    // Both maps agree about lines; a column may be off by what a compiler put before the statement.
    s[id] = (s[id] ?? 0) + (statements.get(startOf(range)) ?? lines[range.start.line] ?? 0);
  }
  const functions = hitsByStart(
    mapValues(ran.fnMap, ({ loc }) => loc),
    ran.f,
  );
  for (const [id, { loc }] of Object.entries(fnMap)) f[id] = (f[id] ?? 0) + (functions.get(startOf(loc)) ?? 0);
  const branches = hitsByStart(
    mapValues(ran.branchMap, ({ loc }) => loc),
    ran.b,
  );
  for (const [id, { loc }] of Object.entries(branchMap)) {
    const paths = branches.get(startOf(loc)) ?? [];
    b[id] = (b[id] ?? []).map((hits, index) => hits + (paths[index] ?? 0));
  }
}

function hitsByStart<Hits>(ranges: Record<string, Range>, hits: Record<string, Hits>): Map<string, Hits> {
  const found = new Map<string, Hits>();
  for (const [id, range] of Object.entries(ranges)) {
    const count = hits[id];
    if (count !== undefined) found.set(startOf(range), count);
  }
  return found;
}

function startOf({ start }: Range): string {
  return `${start.line}:${start.column}`;
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
