/** What an explanation is worth beside what was broken: `right`, `undecided` or `wrong`. */
export function score(cell, document) {
  if (document.error !== undefined) {
    const stopped = document.error.code === 'selector.not-running' && cell.cause.test('container.not-running');
    return { verdict: stopped ? 'right' : 'undecided', cause: document.error.code, node: null, confidence: 'error' };
  }
  const { id, node, confidence } = document.cause;
  const seen = { cause: id, node, confidence };
  if (id === 'undecided' || confidence === 'undecided') return { verdict: 'undecided', ...seen };
  const there = cell.nodes === null || cell.nodes.includes(node);
  return { verdict: cell.cause.test(id) && there ? 'right' : 'wrong', ...seen };
}

/** Counts, and the share of right ones among those that were asked. */
export function totalsOf(rows) {
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  const [right, wrong, undecided, notProduced] = ['right', 'wrong', 'undecided', 'not-produced'].map(count);
  const asked = right + wrong + undecided;
  const confidentlyWrong = rows.filter(
    ({ verdict, confidence }) => verdict === 'wrong' && confidence === 'certain',
  ).length;
  const times = rows
    .flatMap(({ durationMs }) => (typeof durationMs === 'number' ? [durationMs] : []))
    .toSorted((a, b) => a - b);
  return {
    asked,
    right,
    wrong,
    undecided,
    confidentlyWrong,
    notProduced,
    rightShare: asked === 0 ? null : Math.round((right / asked) * 1000) / 1000,
    medianMs: times[Math.floor(times.length / 2)] ?? null,
    slowestMs: times.at(-1) ?? null,
  };
}

/** One line each, in columns; those that are not right stand out. */
export function tableOf(rows) {
  const cells = rows.map((row) => [
    row.verdict === 'right'
      ? 'right'
      : row.verdict === 'wrong' && row.confidence === 'certain'
        ? 'WRONG!'
        : row.verdict.toUpperCase(),
    row.case,
    row.driver,
    `${row.from} -> ${row.to}`,
    row.by,
    `${row.cause ?? '-'}${row.node == null ? '' : ` at ${row.node}`}`,
    row.durationMs == null ? '' : `${(row.durationMs / 1000).toFixed(1)} s`,
  ]);
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column].length))) ?? [];
  return cells
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
