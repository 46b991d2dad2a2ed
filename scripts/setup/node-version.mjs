// Plain old syntax on purpose and no imports: a Node that is too old must be able to read this file and say so.

/** The releases of Node this project runs on, as in package.json (`engines.node`); a test compares the two. */
export var supportedNode = '^20.19.0 || >=22.12.0';

/** Says what is wrong with a Node version such as `20.19.0`, or returns null when it will do. */
export function nodeProblem(version) {
  var parts = String(version).split('.');
  var major = Number(parts[0]);
  var minor = Number(parts[1]);
  var supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (supported) return null;
  return (
    'swarmlab needs Node ' +
    supportedNode +
    ', and this is Node ' +
    version +
    '.\n' +
    'Install Node 20.19 or newer (20, 22 or 24), for instance from nodejs.org, and type the same command again.'
  );
}

/** Ends the process with exit status 3 when the running Node is too old. */
export function requireNode() {
  var problem = nodeProblem(process.versions.node);
  if (problem === null) return;
  process.stderr.write(problem + '\n');
  process.exit(3);
}
