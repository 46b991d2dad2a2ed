// The bench's result, for people.

export function renderResult({ machine, load, rows, growth, lab, up }) {
  const lines = [];
  const head = ['N', 'by', 'pairs', 'wall s', 'cpu s', 'bare s', 'cpu s', 'wall/bare', 'cpu/bare'];
  const table = [[...head, 'x fping', 'x pingall', 'x exec', 'tool MB']];
  for (const { containers, by, pairs, tool, bare, ratios } of rows) {
    const { wallToBare, cpuToBare, fasterThanFping, fasterThanMininet, fasterThanExec } = ratios;
    const cells = [containers, by, pairs, tool.wallS, tool.cpuS, bare.wallS, bare.cpuS, wallToBare, cpuToBare];
    table.push([...cells, fasterThanFping, fasterThanMininet, fasterThanExec, tool.controllerMemoryMb]);
  }
  for (const row of table) lines.push(row.map((cell) => String(cell ?? '.').padStart(10)).join(''));
  for (const { containers, by, pairs, tool } of rows) {
    const others = Object.entries(tool.outcomes).filter(([outcome]) => outcome !== 'reached');
    if (others.length > 0)
      lines.push(`${containers} by ${by}: not reached of ${pairs}: ${JSON.stringify(tool.outcomes)}`);
  }
  for (const peer of ['fping', 'mininet']) if (rows[0]?.[peer].missing) lines.push(`${peer}: ${rows[0][peer].missing}`);
  for (const { by, from, to, superlinear } of growth) {
    if (superlinear.length > 0)
      lines.push(`by ${by}, ${from} to ${to}: grows more than the pairs: ${superlinear.join(', ')}`);
  }
  if (lab?.missing) lines.push(`real lab: ${lab.missing}`);
  else if (lab) {
    const { wallS, probes } = lab.probes.at(-1);
    lines.push(
      `real lab of ${lab.containers}: ${probes} probes in ${wallS.toFixed(1)} s, everything included;`,
      `ssh node docker exec ping: ${lab.execPingS.toFixed(2)} s a pair, ${lab.fasterThanExec} times as long.`,
    );
  }
  if (up?.missing) lines.push(`up: ${up.missing}`);
  else if (up) {
    const { up: upS, bareUp, status } = up.medianSeconds;
    lines.push(
      `up with ${up.engines} engines: ${upS} s, a bare script ${bareUp} s (${up.upRatio} times); status ${status} s;`,
    );
    lines.push(`--help ${up.helpOverNodeMs} ms over node -e 0.`);
  }
  lines.push(`load before ${load.before.join(' ')}, after ${load.after.join(' ')}, ${machine.cpus} CPUs`);
  return lines.join('\n');
}
